import type { Told } from './journals.ts';

/** What carries a run and can be killed: a process of the command, or of the application. */
export interface Carrier {
  readonly pid: number;
  /** The run is over as far as this process is concerned, which may go on itself. */
  readonly over: Promise<unknown>;
  readonly ended: Promise<CarrierEnd>;
  acknowledged(): Promise<readonly Told[]>;
  /** Asks it to end. */
  close(): Promise<void>;
}

export interface CarrierEnd {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CrewToStart {
  file: string;
  /** What `{row}` is in each row of a batch; null: it is one run. */
  rows: readonly string[] | null;
}

/** One kind of carrier: how it is started, and what it has to say in the end. */
export interface Victim {
  readonly name: string;
  /** About how long it takes to its first model call, in milliseconds. */
  readonly startMs: number;
  /** What it is killed with, one of them each time. */
  readonly signals: readonly [NodeJS.Signals, ...NodeJS.Signals[]];
  /** Whether it can be told to approve of everything that a person is asked. */
  readonly reviews: boolean;
  /** Whether it can run a batch. */
  readonly batches: boolean;
  /** `home`: its data folder, `workspace`: the folder of the run's tools. */
  start(crew: CrewToStart, home: string, workspace: string): Promise<Carrier>;
  resume(dir: string, home: string): Promise<Carrier>;
  /** What is wrong with its end, whose run has finished. */
  check(end: CarrierEnd, dir: string): Promise<string[]>;
}
