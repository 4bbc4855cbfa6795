import { Text, Tooltip } from "@mantine/core";
import { useEffect, useState } from "react";

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long" });
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "short" });

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** An instant in the viewer's own time: how long ago while that is short, the exact one on hovering. */
export function When({ at, size = "sm" }: { at: string; size?: string }) {
  const now = useNow();
  return (
    <Tooltip label={exact.format(new Date(at))}>
      <Text component="time" dateTime={at} size={size} c="dimmed" style={{ whiteSpace: "nowrap" }}>
        {toWords(new Date(at), now)}
      </Text>
    </Tooltip>
  );
}

/** Gives an instant with its day, in the viewer's own time. */
export function toExact(at: string): string {
  return exact.format(new Date(at));
}

/** Gives an instant as it stands on a clock, in the viewer's own time. */
export function toClock(at: string): string {
  return clock.format(new Date(at));
}

/** Gives how long something took, in the unit that suits it. */
export function toSpan(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < MINUTE_MS) return `${(ms / 1_000).toFixed(1)} s`;
  return ms < HOUR_MS ? `${Math.round(ms / MINUTE_MS)} min` : `${(ms / HOUR_MS).toFixed(1)} h`;
}

function toWords(at: Date, now: number): string {
  const ms = at.getTime() - now;
  if (Math.abs(ms) < MINUTE_MS) return relative.format(Math.round(ms / 1_000), "second");
  if (Math.abs(ms) < HOUR_MS) return relative.format(Math.round(ms / MINUTE_MS), "minute");
  return day.format(at);
}

/** The time now, some times a minute. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 10_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
