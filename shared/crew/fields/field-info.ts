import type { Crew } from '../schema.ts';

type Process = Crew['process'];

/** The lists that a text of the crew file can name an entry of. */
export type NameList = 'agents' | 'tasks' | 'pools' | 'tools' | 'providers';

/** Fields with their own component, because their rules combine several values. */
export type CustomField =
  | 'name'
  | 'defined name'
  | 'dependencies'
  | 'fallbacks'
  | 'guardrail'
  | 'expression'
  | 'call'
  | 'guardrails'
  | 'human review'
  | 'approve tools'
  | 'resources'
  | 'workload'
  | 'inputs'
  | 'crew file'
  | 'crew inputs'
  | 'crew result';

/** How a person edits a key of the crew file in the inspector. */
export interface FieldInfo {
  /** A noun, without its unit. */
  label: string;
  /** An explanation of the value for a new user. */
  help: string;
  /** The heading that the field is listed below. Groups appear in the order of their first field. */
  group: string;
  /** Shown at the end of the field, such as `s` or `MiB`. */
  unit?: string;
  /** Rarely used: shown below "Advanced". */
  advanced?: true;
  /** Lines of a text that usually has several. */
  lines?: number;
  /** How much an arrow key changes a number; absent: 1. */
  step?: number;
  /** The effect of a missing key if no crew setting applies. It may depend on the crew process. */
  unset?: string | Readonly<Record<Process, string>>;
  /** The crew setting that applies if the key is missing. */
  inherits?:
    | 'provider'
    | 'base_url'
    | 'model'
    | 'temperature'
    | 'max_tokens'
    | 'tool_protocol'
    | 'memory'
    | SettingOfTasks;
  /** The text, or each text of a list, names an entry of this list. */
  names?: NameList;
  /** Shown only in a crew with one of these processes. */
  processes?: readonly Process[];
  /** Also shown in a crew with another process if the file sets the key. */
  orIfSet?: true;
  /** Set if an empty list differs from a missing one: a switch with this label decides whether the list exists. */
  ownList?: string;
  /** The value that the switch of an object with required keys sets. A person then changes it. */
  initial?: Readonly<Record<string, string>>;
  /** Shown only if the file sets the key. */
  onlyIfSet?: true;
  /** The value is a JSON Schema. */
  isJsonSchema?: true;
  custom?: CustomField;
}

type SettingOfTasks = 'task_timeout_s' | 'retries' | 'on_dependency_failure' | 'cache';

/** A key that the inspector does not edit, with the part of the window that does. */
export interface EditedElsewhere {
  editedIn: 'toolbar' | 'canvas' | 'library' | 'inspector of the node' | 'no part of the window';
  why: string;
}

/** An entry for each key of an object, so that a key without an entry is a type error. */
export type FieldTable<Value> = { readonly [Key in keyof Value]-?: InfoFor<NonNullable<Value[Key]>> | EditedElsewhere };

/** A choice needs a label for each of its values, and an object a table for its keys or its own component. */
type InfoFor<Value> = [Value] extends [string]
  ? string extends Value
    ? FieldInfo
    : FieldInfo & { choices: Readonly<Record<Value, string>> }
  : [Value] extends [readonly unknown[] | number | boolean]
    ? FieldInfo
    : string extends keyof Value
      ? FieldInfo
      : [Value] extends [object]
        ? NestedInfo<Value> | (FieldInfo & { custom: CustomField })
        : FieldInfo;

/** An object. `own`: the object is optional, and this field decides whether it exists. */
interface NestedInfo<Value> {
  fields: FieldTable<Value>;
  own?: FieldInfo;
}
