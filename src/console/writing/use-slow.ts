import { useEffect, useState } from "react";

/** A value as it was when nobody had changed it for a moment. */
export function useSlow<T>(value: T, ms = 300): T {
  const [slow, setSlow] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(() => value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return slow;
}
