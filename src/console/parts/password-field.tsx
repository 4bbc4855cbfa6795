import { PasswordInput, type PasswordInputProps } from "@mantine/core";

interface PasswordFieldProps extends Pick<PasswordInputProps, "label" | "description" | "miw"> {
  /** What a password manager makes of it: offers the kept one, proposes one, or leaves it alone. */
  readonly kind: "current-password" | "new-password" | "off";
  readonly value: string;
  readonly write: (value: string) => void;
}

/** A secret that somebody types: dots, unless they want to see it. */
export function PasswordField({ kind, write, ...field }: PasswordFieldProps) {
  return (
    <PasswordInput
      {...field}
      onChange={({ currentTarget }) => write(currentTarget.value)}
      autoComplete={kind}
      spellCheck={false}
      required
    />
  );
}
