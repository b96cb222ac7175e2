export { Announcer, announce } from './announcer';
export { Badge, type BadgeTone, Chip, Tag } from './badge/badge';
export { type Status, StatusBadge, StatusIcon } from './badge/status-badge';
export { Button, type ButtonProps } from './button/button';
export { Checkbox } from './checkbox/checkbox';
export { CodeBlock } from './code-block/code-block';
export { Combobox, type ComboboxOption } from './combobox/combobox';
export { CopyId, shortId } from './copy-id/copy-id';
export { cx } from './cx';
export { DataTable } from './data-table/data-table';
export { PagedList } from './data-table/paged-list';
export type { Column, Sort } from './data-table/types';
export { ConfirmDialog } from './dialog/confirm-dialog';
export { Dialog } from './dialog/dialog';
export { useFocusReturn } from './dialog/use-focus-return';
export { Field } from './field/field';
export { FilterBar, FilterChoice } from './filters/filters';
export {
  formatAbsoluteTime,
  formatClock,
  formatCost,
  formatLatency,
  formatTime,
  formatTokens,
} from './format/format';
export { Cost, Latency, Time, Tokens } from './format/values';
export { Icon } from './icon/icon';
export { IconButton } from './icon-button/icon-button';
export { Input } from './input/input';
export { JsonViewer } from './json-viewer/json-viewer';
export { Kbd } from './kbd/kbd';
export { Mark } from './mark/mark';
export { Markdown, usePreloadMarkdown } from './markdown/markdown';
export { Menu } from './menu/menu';
export type { MenuItem } from './menu/types';
export { OrbitRing } from './orbit-ring/orbit-ring';
export { type Crumb, Page, PageHeading, type PageSlots, PageSlotsContext } from './page/page';
export { SkipLink } from './page/skip-link';
export { useRouteFocus } from './page/use-route-focus';
export { PRODUCT, useWorkspaceName, WindowTitle, WorkspaceNameContext } from './page/window-title';
export { Segmented } from './segmented/segmented';
export { Select, type SelectOption } from './select/select';
export { Sheet } from './sheet/sheet';
export { SidePanel } from './side-panel/side-panel';
export { Skeleton } from './skeleton/skeleton';
export { Slider } from './slider/slider';
export { DocLink } from './states/doc-link';
export { EmptyState } from './states/empty-state';
export { ErrorNote } from './states/error-note';
export { ErrorState } from './states/error-state';
export { Note } from './states/note';
export { Switch } from './switch/switch';
export { type Tab, TabPanel, Tabs } from './tabs/tabs';
export { Textarea } from './textarea/textarea';
export { Toaster, toast } from './toast/toast';
export { Tooltip, TooltipProvider } from './tooltip/tooltip';
export { useCopy } from './use-copy';
export { NARROW, useMediaQuery, WITH_SIDE_PANEL } from './use-media-query';
export { VisuallyHidden } from './visually-hidden/visually-hidden';
