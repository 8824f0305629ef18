import {
  BookOpen,
  Calculator,
  Calendar,
  ChevronDown,
  Clock,
  Code,
  Database,
  Download,
  FileText,
  Folder,
  Gauge,
  Globe,
  Hash,
  LayoutGrid,
  type LucideIcon,
  Mail,
  Maximize,
  Minus,
  Pause,
  Pencil,
  Play,
  Plus,
  Redo2,
  RotateCcw,
  Search,
  Server,
  Spline,
  Square,
  Table,
  Undo2,
  UserRound,
  Workflow,
  Wrench,
  X,
} from 'lucide-react';
import type { ToolIcon } from '../../shared/tools/description.ts';

const TOOL_ICONS: Readonly<Record<ToolIcon, LucideIcon>> = {
  book: BookOpen,
  calculator: Calculator,
  calendar: Calendar,
  clock: Clock,
  code: Code,
  database: Database,
  file: FileText,
  folder: Folder,
  gauge: Gauge,
  globe: Globe,
  hash: Hash,
  mail: Mail,
  pencil: Pencil,
  person: UserRound,
  table: Table,
  tool: Wrench,
};

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
  pool: LayoutGrid,
  server: Server,
  ...TOOL_ICONS,
} as const satisfies Readonly<Record<string, LucideIcon>>;
export type IconName = keyof typeof ICONS;

const FILLED: ReadonlySet<IconName> = new Set(['run', 'pause', 'stop']);

/** An icon in the color of the text around it. It has no accessible name: its button has one. */
export function Icon({ name }: { name: IconName }) {
  const Shape = ICONS[name];
  return <Shape aria-hidden size={14} strokeWidth={2} fill={FILLED.has(name) ? 'currentColor' : 'none'} />;
}
