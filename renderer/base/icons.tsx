import {
  ChevronDown,
  Database,
  Download,
  FileText,
  Gauge,
  Globe,
  LayoutGrid,
  type LucideIcon,
  Maximize,
  Minus,
  Pause,
  Pencil,
  Play,
  Plus,
  Redo2,
  RotateCcw,
  Search,
  Spline,
  Square,
  Table,
  Undo2,
  Workflow,
  X,
} from 'lucide-react';

const ICONS = {
  run: Play,
  pause: Pause,
  stop: Square,
  undo: Undo2,
  redo: Redo2,
  reset: RotateCcw,
  layout: Workflow,
  search: Search,
  export: Download,
  plus: Plus,
  minus: Minus,
  fit: Maximize,
  path: Spline,
  close: X,
  down: ChevronDown,
  file_reader: FileText,
  file_writer: Pencil,
  query_data: Table,
  web_search: Globe,
  performance_monitor: Gauge,
  shared_resource_pool: Database,
  pool: LayoutGrid,
} as const satisfies Readonly<Record<string, LucideIcon>>;
export type IconName = keyof typeof ICONS;

const FILLED: ReadonlySet<IconName> = new Set(['run', 'pause', 'stop']);

/** An icon in the color of the text around it. It has no accessible name: its button has one. */
export function Icon({ name }: { name: IconName }) {
  const Shape = ICONS[name];
  return <Shape aria-hidden size={14} strokeWidth={2} fill={FILLED.has(name) ? 'currentColor' : 'none'} />;
}
