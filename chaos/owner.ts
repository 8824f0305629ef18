import type { Acknowledged } from './journals.ts';

/** A process that owns a run and can be killed: of the command, or of the application. */
export interface Owner {
  readonly pid: number;
  /** Resolves when this process has ended its run. The process itself may continue. */
  readonly over: Promise<unknown>;
  readonly ended: Promise<OwnerEnd>;
  acknowledged(): Promise<readonly Acknowledged[]>;
  /** Asks the process to exit. */
  close(): Promise<void>;
}

export interface OwnerEnd {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CrewToStart {
  file: string;
  /** The value of `{row}` in each row of a batch; null for a single run. */
  rows: readonly string[] | null;
}

/** A kind of owner: how it is started, and how its final output is checked. */
export interface Victim {
  readonly name: string;
  /** The approximate time until its first model call, in milliseconds. */
  readonly startMs: number;
  /** The signals that can kill it. */
  readonly signals: readonly [NodeJS.Signals, ...NodeJS.Signals[]];
  /** Whether it can approve all human reviews automatically. */
  readonly reviews: boolean;
  /** Whether it can run a batch. */
  readonly batches: boolean;
  /** `home`: its data folder, `workspace`: the folder of the run's tools. */
  start(crew: CrewToStart, home: string, workspace: string): Promise<Owner>;
  resume(dir: string, home: string): Promise<Owner>;
  /** Returns problems of the output of a finished run. */
  check(end: OwnerEnd, dir: string): Promise<string[]>;
}
