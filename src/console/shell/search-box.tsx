import { TextInput } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { MagnifyingGlassIcon } from "@radix-ui/react-icons";
import { type FormEvent, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { toSubject } from "./to-subject.js";

/** Finds one order, contact, message or run among all of them: `/` goes there. */
export function SearchBox() {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const input = useRef<HTMLInputElement>(null);
  useHotkeys([["/", () => input.current?.focus()]]);
  const search = (event: FormEvent): void => {
    event.preventDefault();
    const subject = toSubject(input.current?.value ?? "");
    if (subject !== null) navigate(`/timeline?${new URLSearchParams(subject)}`);
    input.current?.blur();
  };
  return (
    <search className="search">
      <form onSubmit={search}>
        <TextInput
          ref={input}
          name="subject"
          type="search"
          aria-label={t("search.label")}
          placeholder={t("search.placeholder")}
          leftSection={<MagnifyingGlassIcon />}
          onKeyDown={(event) => event.key === "Escape" && input.current?.blur()}
        />
      </form>
    </search>
  );
}
