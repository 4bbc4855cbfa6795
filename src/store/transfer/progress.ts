/** Is told of rows that are done. */
export type Progress = (table: string, rows: number) => void;
