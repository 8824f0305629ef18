import { batch } from './features/batch/contribution.ts';
import { canvas } from './features/canvas/contribution.ts';
import { conversion } from './features/conversion/contribution.ts';
import { dashboard } from './features/dashboard/contribution.ts';
import { dialogs } from './features/dialogs/contribution.ts';
import { events } from './features/events/contribution.ts';
import { inbox } from './features/inbox/contribution.ts';
import { inputs } from './features/inputs/contribution.ts';
import { notices } from './features/notices/contribution.ts';
import { palette } from './features/palette/contribution.ts';
import { resources } from './features/resources/contribution.ts';
import { results } from './features/results/contribution.ts';
import { runs } from './features/runs/contribution.ts';
import { timeline } from './features/timeline/contribution.ts';
import { trust } from './features/trust/contribution.ts';
import { batchCommand } from './state/commands/batch-commands.ts';
import { clearCacheCommand } from './state/commands/cache-commands.ts';
import { EDIT_COMMANDS } from './state/commands/edit-commands.ts';
import { FILE_COMMANDS } from './state/commands/file-commands.ts';
import { RERUN_COMMANDS } from './state/commands/rerun-commands.ts';
import { RUN_COMMANDS } from './state/commands/run-commands.ts';
import { registryOf } from './state/contribution.ts';

/** What features add to the window. The order is that of tabs, dialogs, palette, menus and shortcuts dialog. */
export const REGISTRY = registryOf([
  { commands: [...RUN_COMMANDS, batchCommand, ...RERUN_COMMANDS] },
  inputs,
  batch,
  inbox,
  { commands: [clearCacheCommand, ...FILE_COMMANDS] },
  conversion,
  trust,
  { commands: EDIT_COMMANDS },
  palette,
  canvas,
  dialogs,
  notices,
  timeline,
  results,
  dashboard,
  events,
  resources,
  runs,
]);
