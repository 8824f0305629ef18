import type { z } from 'zod';
import type { ArgumentAliases } from './argument-aliases.ts';

/** The icons of tools. `renderer/base/icons.tsx` maps each of them to a drawing. */
export type ToolIcon =
  | 'book'
  | 'calculator'
  | 'calendar'
  | 'clock'
  | 'code'
  | 'database'
  | 'file'
  | 'folder'
  | 'gauge'
  | 'globe'
  | 'hash'
  | 'mail'
  | 'pencil'
  | 'person'
  | 'table'
  | 'tool';

/**
 * Where calls of a tool are carried out.
 * - `slot`: in the slot, with the workspace only.
 * - `engine`: by the controller of the run, which alone knows the run.
 * - `main`: in the process of the engine, outside of the controller, for all slots: connections, keys and processes.
 */
export type ToolPlace = 'slot' | 'engine' | 'main';

/** Everything that the product knows about a tool, except how it works. */
export interface ToolDescription {
  /** The sentence that models and people read. */
  readonly description: string;
  readonly icon: ToolIcon;
  /** The arguments of a call. Models get them as JSON Schema, and each call is parsed with them. */
  readonly arguments: z.ZodType;
  /** Other names of the arguments, under which calls can give them too. Models are not told about them. */
  readonly aliases?: ArgumentAliases;
  /** Where calls are carried out. */
  readonly runsIn: ToolPlace;
  /**
   * Whether the tool reaches outside the workspace and the run. A crew from elsewhere then needs trust, a rehearsal does
   * not call the tool, and results that depend on it are stored only if the crew asks for it.
   */
  readonly reachesOutside: boolean;
  /** Whether its answer can change although nothing is called in between. Such a call can be repeated. */
  readonly answerChanges: boolean;
  /** Whether a call changes nothing, so that calls of one answer can be made at the same time; absent: it may. */
  readonly isReadOnly?: boolean;
  /** Whether no other call may be in progress in the slot, because the tool uses the state of its process. */
  readonly runsAlone?: true;
  /** Whether a person must approve each call, which is then made at most once, because its effect cannot be undone. */
  readonly asksAlways: boolean;
  /** Whether a call can wait for other agents. The wait is recorded. */
  readonly waits: boolean;
}
