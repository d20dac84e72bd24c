export { digestsBlock, filesBlock } from "./block/digests.ts";
export { NEW_RULES } from "./block/new-rules.ts";
export { labelOf } from "./comparison/label.ts";
export { type Comparison, comparisonOf, type Row } from "./comparison/row.ts";
export { type HtmlOptions, renderHtml } from "./html/page.ts";
export { type Marker, markerOf, readMarker } from "./markdown/marker.ts";
export { LIMIT, type Limit, type MarkdownOptions, renderMarkdown } from "./markdown/render.ts";
export {
  formatBounds,
  formatChange,
  formatDistance,
  formatInterval,
  formatLimit,
  formatSides,
  type Sides,
} from "./number/change.ts";
export { formatRule } from "./number/rule.ts";
export type { Style } from "./number/style.ts";
export { type EstimateFormat, formatEstimate, formatValue, type ValueFormat } from "./number/value.ts";
export { printable } from "./terminal/line.ts";
export { renderTerminal, type TerminalOptions } from "./terminal/render.ts";
export type { Links } from "./text/links.ts";
export { quoted } from "./text/quoted.ts";
export { checkTitle } from "./text/title.ts";
export { plain } from "./text/words.ts";
