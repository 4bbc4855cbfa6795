import type { CommandContext } from "../context.js";
export async function checkCollection(_folder: string, _context: CommandContext): Promise<void> {}
