import { canvas } from './canvas/contribution.ts';
import { batchCommand } from './commands/batch-commands.ts';
import { clearCacheCommand } from './commands/cache-commands.ts';
import { EDIT_COMMANDS } from './commands/edit-commands.ts';
import { FILE_COMMANDS } from './commands/file-commands.ts';
import { RERUN_COMMANDS } from './commands/rerun-commands.ts';
import { RUN_COMMANDS } from './commands/run-commands.ts';
import { dashboard } from './dashboard/contribution.ts';
import { dialogs } from './dialogs/contribution.ts';
import { events } from './events/contribution.ts';
import { inbox } from './inbox/contribution.ts';
import { palette } from './palette/contribution.ts';
import { resources } from './resources/contribution.ts';
import { results } from './results/contribution.ts';
import { runs } from './runs/contribution.ts';
import { registryOf } from './store/contribution.ts';
import { timeline } from './timeline/contribution.ts';
import { trust } from './trust/contribution.ts';

/** What features add to the window. The order is that of tabs, palette, menus and shortcuts dialog. */
export const REGISTRY = registryOf([
  { commands: [...RUN_COMMANDS, batchCommand, ...RERUN_COMMANDS] },
  inbox,
  { commands: [clearCacheCommand, ...FILE_COMMANDS] },
  trust,
  { commands: EDIT_COMMANDS },
  palette,
  canvas,
  dialogs,
  timeline,
  results,
  dashboard,
  events,
  resources,
  runs,
]);
