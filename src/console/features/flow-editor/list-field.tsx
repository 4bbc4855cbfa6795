import { MultiSelect, TagsInput } from "@mantine/core";
import type { FieldProps } from "./fields.js";
import { useMember } from "./fields.js";

/** Several of these, or with no `data` several words of one's own. */
export function ListField({
  label,
  about,
  path,
  data,
}: Omit<FieldProps, "step"> & { readonly data?: readonly string[] }) {
  const [value, write] = useMember(path);
  const now = (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(String);
  const take = (chosen: string[]): void => write(chosen.length === 0 ? undefined : chosen);
  if (data === undefined) return <TagsInput label={label} description={about} value={now} onChange={take} />;
  return <MultiSelect label={label} description={about} data={[...data]} value={now} onChange={take} searchable />;
}
