import {
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  parseThemeColor,
  type VariantColorsResolver,
} from "@mantine/core";

/** Bay: the console's own colour, from the water's surface to its ground. */
const bay: MantineColorsTuple = [
  "#e6f7f5",
  "#cfeae7",
  "#a0d5d0",
  "#6ebfb8",
  "#46ada4",
  "#2ca298",
  "#0b7a75",
  "#08645f",
  "#06514d",
  "#033f3b",
];

/** Words on a pale ground of their own colour: darker than Mantine has them, so that they can be read. */
const readable: VariantColorsResolver = (input) => {
  const standard = defaultVariantColorsResolver(input);
  const { color, isThemeColor } = parseThemeColor({
    color: input.color ?? input.theme.primaryColor,
    theme: input.theme,
  });
  if (input.variant !== "light" || !isThemeColor) return standard;
  const dark = `color-mix(in srgb, var(--mantine-color-${color}-9) 65%, black)`;
  return { ...standard, color: `light-dark(${dark}, var(--mantine-color-${color}-1))` };
};

/** Sizes, colours and manners of every page. */
export const theme = createTheme({
  primaryColor: "bay",
  primaryShade: 6,
  colors: { bay },
  autoContrast: true,
  variantColorResolver: readable,
  fontFamily: 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace',
  defaultRadius: "md",
  headings: { fontWeight: "650", sizes: { h1: { fontSize: "1.375rem" }, h2: { fontSize: "1.0625rem" } } },
  components: {
    Table: { defaultProps: { verticalSpacing: "xs", horizontalSpacing: "md" } },
    Paper: { defaultProps: { withBorder: true, radius: "md" } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
    // A state that is cut off says nothing: what stands beside it gives way.
    Badge: {
      defaultProps: { variant: "light", radius: "sm", tt: "none", fw: 600 },
      styles: { root: { flexShrink: 0 } },
    },
  },
});
