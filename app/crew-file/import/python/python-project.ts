import {
  Code,
  isSourceObject,
  type NotRead,
  type SourceObject,
  type SourcePart,
  type SourceProject,
  type SourceValue,
} from '../../../../shared/import/source.ts';
import type { PythonClass, PythonFunction, PythonModule } from './parse-python.ts';

/** Decorators whose functions define a part of the crew. */
const PARTS: ReadonlySet<string> = new Set(['agent', 'task', 'crew', 'llm', 'tool', 'output_json', 'output_pydantic']);
const MAX_REFERENCES = 20;

type Parts = Omit<SourceProject, 'classes'> & { notRead: NotRead[] };

/** The crew that `crew.py` defines: in a class with decorators, in a plain class, or in assignments of the module. */
export class PythonProject {
  readonly #path: string;
  readonly #class: PythonClass | null;
  readonly #functions: readonly PythonFunction[];
  /** Values of the module, of the class, and of functions, by name. */
  readonly #values: ReadonlyMap<string, SourceValue>;

  /** @param path the location of the module for the report */
  constructor(module: PythonModule, path: string) {
    this.#path = path;
    const found = [...module.classes.values()].find(definesCrew) ?? null;
    this.#class = found;
    this.#functions = found?.functions ?? module.functions;
    const ofFunctions = this.#functions.flatMap(({ name, value }): [string, SourceValue][] =>
      value === null ? [] : [[name, value]],
    );
    this.#values = new Map([...module.values, ...(found?.values ?? []), ...ofFunctions]);
  }

  /** The path of the YAML file of agents or tasks, which the class can name. */
  configPath(kind: 'agents' | 'tasks'): string {
    const named = this.#class?.values.get(`${kind}_config`);
    return typeof named === 'string' ? named : `config/${kind}.yaml`;
  }

  /** Returns the parts of the crew. Without code, every entry of the YAML files is one. @param tasksPath for the report */
  parts(agents: SourceObject, tasks: SourceObject, tasksPath: string): Parts {
    const crew = this.#call('Crew');
    const values = this.#resolved(crew?.call?.named ?? {});
    const taskNames = this.#listed(values['tasks'], 'task', 'Task') ?? Object.keys(tasks);
    const taskParts = taskNames.map((name) => this.#part(name, tasks, tasksPath));
    const inCrew = this.#listed(values['agents'], 'agent', 'Agent') ?? Object.keys(agents);
    const ofTasks = taskParts.flatMap(({ values: { agent } }) => (typeof agent === 'string' ? [agent] : []));
    const manager = this.#referenceOf(crew?.call?.named['manager_agent'] ?? null);
    const agentNames = new Set([...inCrew, ...ofTasks.filter((name) => this.#isDefined(name, agents))]);
    if (manager !== null) agentNames.add(manager);
    return {
      crew: { name: this.#class?.name ?? 'crew', path: this.#path === '' ? tasksPath : this.#path, values },
      agents: [...agentNames].map((name) => this.#part(name, agents, this.#path)),
      manager,
      tasks: taskParts,
      notRead: this.#notRead(),
    };
  }

  /** An agent or a task: its entry in YAML, and what the code adds. Values of the code take precedence, as in CrewAI. */
  #part(name: string, config: SourceObject, path: string): SourcePart {
    const call = this.#callOf(this.#values.get(name));
    const { config: reference, ...named } = call?.call?.named ?? {};
    const key = /\[\s*['"](.+)['"]\s*\]$/.exec(reference instanceof Code ? reference.text : '')?.[1] ?? name;
    const entry = Object.hasOwn(config, key) ? config[key] : undefined;
    const values = { ...(isSourceObject(entry) ? entry : {}), ...named };
    const { agent, context, ...rest } = values;
    return {
      name,
      path: call === null ? `${path}: ${name}` : `${this.#path}: ${name}`,
      values: {
        ...this.#resolved(rest),
        ...(agent === undefined ? {} : { agent: this.#referenceOf(agent) ?? agent }),
        ...(context === undefined ? {} : { context: this.#references(context) }),
      },
    };
  }

  #isDefined(name: string, config: SourceObject): boolean {
    return Object.hasOwn(config, name) || this.#callOf(this.#values.get(name)) !== null;
  }

  /** Names of agents or tasks in a list of the crew. Null if the crew does not say which: then all are meant. */
  #listed(value: SourceValue | undefined, decorator: string, type: string): string[] | null {
    if (Array.isArray(value)) return value.map((each) => this.#referenceOf(each) ?? '').filter((name) => name !== '');
    const decorated = this.#functions
      .filter(({ decorators }) => decorators.includes(decorator))
      .map(({ name }) => name);
    if (decorated.length > 0) return decorated;
    const assigned = [...this.#values].filter(([, each]) => each instanceof Code && each.call?.name === type);
    return assigned.length > 0 ? assigned.map(([name]) => name) : null;
  }

  #references(context: SourceValue): SourceValue {
    return Array.isArray(context) ? context.map((each) => this.#referenceOf(each) ?? each) : context;
  }

  /** The name that `self.gardener()`, `self.gardener` or `gardener` refers to; null if it is not such an expression. */
  #referenceOf(value: SourceValue): string | null {
    if (typeof value === 'string') return value;
    if (!(value instanceof Code)) return null;
    return /^(?:self\.)?(\w+)(?:\(\s*\))?$/.exec(value.text)?.[1] ?? null;
  }

  /** Replaces names by the values that they refer to, also in lists. */
  #resolved(values: SourceObject): SourceObject {
    return Object.fromEntries(
      Object.entries(values).map(([key, value]) => {
        if (key === 'agents' || key === 'tasks' || key === 'manager_agent') return [key, value];
        return [key, Array.isArray(value) ? value.map((each) => this.#value(each)) : this.#value(value)];
      }),
    );
  }

  #value(value: SourceValue, depth = 0): SourceValue {
    if (typeof value === 'string') {
      // In YAML, a name can refer to a function with a decorator.
      const named = this.#functions.find(
        ({ name, decorators }) => name === value && decorators.some((each) => PARTS.has(each)),
      );
      return named?.value instanceof Code ? named.value : value;
    }
    if (!(value instanceof Code) || depth > MAX_REFERENCES) return value;
    const process = /^Process\.(\w+)$/.exec(value.text)?.[1];
    if (process !== undefined) return process;
    const name = this.#referenceOf(value);
    const referred = name === null ? undefined : this.#values.get(name);
    return referred === undefined || referred === value ? value : this.#value(referred, depth + 1);
  }

  #callOf(value: SourceValue | undefined): Code | null {
    return value instanceof Code && value.call !== null && /^(Agent|Task|ConditionalTask)$/.test(value.call.name)
      ? value
      : null;
  }

  #call(type: string): Code | null {
    const found = [...this.#values.values()].find((value) => value instanceof Code && value.call?.name === type);
    return found instanceof Code ? found : null;
  }

  /** Functions that do more than define a part. */
  #notRead(): NotRead[] {
    return this.#functions
      .filter(({ value, decorators }) => value === null || decorators.some((each) => !PARTS.has(each)))
      .filter(({ name, decorators }) => decorators.length > 0 || !/^(__init__|run|main)$/.test(name))
      .map(({ name, decorators }) => ({
        path: this.#path,
        what: `${decorators.map((each) => `@${each} `).join('')}${name}`,
        why: 'It is code, which Crewlane does not run.',
        instead: 'Set what it defines in the crew file.',
      }));
  }
}

function definesCrew({ functions, values }: PythonClass): boolean {
  const returned = [...functions.map(({ value }) => value), ...values.values()];
  return (
    functions.some(({ decorators }) => decorators.includes('crew')) ||
    returned.some((value) => value instanceof Code && value.call?.name === 'Crew')
  );
}
