import { Badge, Stack, Text, Title, UnstyledButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { CodeHandle } from "../../writing/code.js";
import { toPointer } from "../../writing/json-path.js";
import { useEditing } from "./editing.js";

/** Everything that is wrong, by place; pressing one shows it. */
export function ProblemList({ code }: { code: CodeHandle | null }) {
  const { t } = useTranslation();
  const { problems, written, choose } = useEditing();
  const show = ({ path, range }: (typeof problems)[number]): void => {
    const around = written?.steps.findLast((step) => path.startsWith(toPointer(step.path)));
    choose(around?.id ?? "@on");
    if (range !== null) code?.show(range.line, range.column);
  };
  if (problems.length === 0) return null;
  return (
    <section aria-label={t("editor.problems")}>
      <Title order={2}>{t("editor.problems")}</Title>
      <Stack gap={4} mt="xs">
        {problems.map((problem) => (
          <UnstyledButton
            key={`${problem.file} ${problem.path} ${problem.message}`}
            className="row problem"
            onClick={() => show(problem)}
          >
            <Badge size="sm" color={problem.severity === "error" ? "red" : "orange"}>
              {problem.range === null ? problem.file : t("editor.line", { line: problem.range.line })}
            </Badge>
            <Text span size="sm" className="breakable">
              {problem.message}
            </Text>
            <Text size="xs" c="dimmed" className="breakable">
              {problem.remedy}
            </Text>
          </UnstyledButton>
        ))}
      </Stack>
    </section>
  );
}
