import { Center, Loader, Paper } from "@mantine/core";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef } from "react";
import type { RemoteList } from "../remote/remote.js";

interface LongListProps<T> {
  readonly list: RemoteList<T>;
  readonly label: string;
  readonly idOf: (item: T) => string;
  /** About how high a row is, in pixels; its real height is measured. */
  readonly rowHeight: number;
  /** The item that is looked at: when it becomes another one, the page goes where it can be seen. */
  readonly shown?: string | null;
  readonly children: (item: T, index: number) => ReactNode;
}

/** A list of any length: only the rows that are seen are there, and more is asked for as its end comes near. */
export function LongList<T>({ list, label, idOf, rowHeight, shown = null, children }: LongListProps<T>) {
  const frame = useRef<HTMLDivElement>(null);
  const { items, more, loadingMore } = list;
  const virtualizer = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => rowHeight,
    overscan: 12,
    // The page's head lies over its upper edge.
    scrollPaddingStart: 72,
    scrollPaddingEnd: 24,
    scrollMargin: frame.current?.offsetTop ?? 0,
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : idOf(item);
    },
  });
  const rows = virtualizer.getVirtualItems();
  const last = rows.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more !== null && !loadingMore && last >= items.length - 15) more();
  }, [more, loadingMore, last, items.length]);
  const seen = useRef<string | null>(null);
  useEffect(() => {
    if (seen.current === shown) return;
    const index = items.findIndex((item) => idOf(item) === shown);
    // A row that is not there yet may come with the next page.
    if (shown !== null && index === -1) return;
    seen.current = shown;
    if (index !== -1) virtualizer.scrollToIndex(index, { align: "auto" });
  }, [shown, items, idOf, virtualizer]);
  return (
    <Paper ref={frame} style={{ overflow: "clip" }}>
      <ul aria-label={label} className="long" style={{ height: virtualizer.getTotalSize() }}>
        {rows.map((row) => {
          const item = items[row.index];
          if (item === undefined) return null;
          const top = row.start - virtualizer.options.scrollMargin;
          return (
            <li
              key={row.key}
              data-index={row.index}
              ref={virtualizer.measureElement}
              style={{ transform: `translateY(${top}px)` }}
            >
              {children(item, row.index)}
            </li>
          );
        })}
      </ul>
      {loadingMore && (
        <Center p="sm">
          <Loader size="sm" type="dots" />
        </Center>
      )}
    </Paper>
  );
}
