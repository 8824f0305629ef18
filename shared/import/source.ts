/**
 * A crew as another framework writes it, before it is translated. The readers of all formats (JSONC, YAML, Python, Ruby)
 * return this form, so that each key is translated in one place.
 */

/** A value of a foreign file: JSON, or code that is not a value until it runs. */
export type SourceValue = null | boolean | number | string | SourceValue[] | { [key: string]: SourceValue } | Code;

export type SourceObject = { [key: string]: SourceValue };

/** An expression of a program, such as `SerperDevTool(n_results=5)`. It is never executed. */
export class Code {
  /** The expression as it is written. */
  readonly text: string;
  /** The parts of the expression if it is a call; null for any other expression. */
  readonly call: SourceCall | null;

  constructor(text: string, call: SourceCall | null = null) {
    this.text = text;
    this.call = call;
  }
}

export interface SourceCall {
  /** The function or class without its module: `SerperDevTool`. */
  name: string;
  positional: SourceValue[];
  named: SourceObject;
}

/** An agent, a task or the crew itself, with its keys. */
export interface SourcePart {
  /** The name that other parts refer to; empty if it has none. */
  name: string;
  /** Its location for the report, such as `crew.jsonc: tasks[2]`. */
  path: string;
  values: SourceObject;
}

/** JSON Schemas of classes that tasks name as the form of their result, or why a class has none. */
export type SourceClasses = ReadonlyMap<string, SourceClass>;
export type SourceClass = { ok: true; schema: SourceObject } | { ok: false; why: string };

export interface SourceProject {
  crew: SourcePart;
  agents: SourcePart[];
  /** Name of the agent that manages the crew; null if the crew names none. It is one of `agents`. */
  manager: string | null;
  tasks: SourcePart[];
  /** Classes by their name without module. */
  classes: SourceClasses;
  /** What the reader could not read, in addition to the values that are code. */
  notRead: NotRead[];
}

/** A part of a project that a reader skips, for the report. */
export interface NotRead {
  path: string;
  what: string;
  why: string;
  instead: string;
}

export function isSourceObject(value: SourceValue | undefined): value is SourceObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Code);
}

/** Whether a value switches a key off, so that nothing is lost without it: false, null, 0, an empty text or list. */
export function isOff(value: SourceValue): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isSourceObject(value)) return Object.keys(value).length === 0;
  return value === null || value === false || value === '' || value === 0;
}
