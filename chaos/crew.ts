import { Random, seedOf } from '../shared/random.ts';

/** A step of a model before its result: an answer with a tool call. */
export interface Step {
  tool: string;
  args: object;
}

/** A fault of a request that replaces its answer. */
export type Fault =
  | 'http_500'
  | 'http_429'
  | 'http_503'
  | 'cut_off'
  | 'reset'
  | 'hangs'
  | 'web_page'
  | 'empty'
  | 'http_400';

/** A random crew and the answers of its model, determined by the seed. */
export interface ChaosCrew {
  seed: number;
  name: string;
  slots: number;
  /** The value of `{row}` in each row if the crew runs as a batch. */
  rows: readonly string[] | null;
  /** The crew file without the address of its model. */
  file: { settings: object } & Record<string, unknown>;
  /** The steps of a task, by its name. */
  steps: ReadonlyMap<string, readonly Step[]>;
  /** Returns the fault of request number `request` (from 0) for answer number `call` of a turn. */
  faultOf(turn: string, call: number, request: number): Fault | null;
  /** Returns the length of the answer in milliseconds. */
  delayOf(turn: string, call: number): number;
  /** Returns the length of the padding in a task's result. */
  paddingOf(task: string): number;
}

const TRANSIENT = ['http_500', 'http_429', 'http_503', 'cut_off', 'reset', 'hangs', 'web_page', 'empty'] as const;
/** Enough retries for all faults. Three consecutive crashes still fail a task. */
const RETRIES = { max: 20, base_s: 0.05, factor: 1.5, cap_s: 0.3 };
/** A result of this length is stored as a blob. */
const LONG = 6000;
/** The start of a question to a coworker; the name of a task follows. */
export const HELP = 'Help with ';
const ROWS = ['ants', 'bees', 'cats'];

export interface ChaosLimits {
  /** Some of its tasks may have a human review, and every review is approved. */
  reviews: boolean;
  batches: boolean;
}

export function chaosCrew(seed: number, { reviews, batches }: ChaosLimits): ChaosCrew {
  const random = new Random(seed);
  const process = random.pick(['sequential', 'sequential', 'hierarchical', 'consensual'] as const);
  const names = Array.from(
    { length: process === 'consensual' ? random.int(2, 4) : random.int(4, 9) },
    (_, index) => `t${index}`,
  );
  const agents = agentsOf(random, process);
  const steps = new Map(names.map((name) => [name, stepsOf(name, random)]));
  const rows = batches && random.chance(0.3) ? ROWS.slice(0, random.int(2, ROWS.length)) : null;
  const roll = (...about: readonly (string | number)[]) => new Random(seedOf([seed, ...about].join(' ')));
  return {
    seed,
    name: `chaos_${seed}`,
    slots: random.int(2, 4),
    rows,
    file: {
      format: 'crewlane/1',
      name: `chaos_${seed}`,
      process,
      settings: {
        task_timeout_s: 3,
        retries: RETRIES,
        cache: random.pick(['off', 'off', 'read_write'] as const),
        on_dependency_failure: random.pick(['continue', 'skip'] as const),
        ...(process === 'hierarchical' ? { manager_review: random.chance(0.5) } : {}),
      },
      agents,
      tasks: names.map((name, index) => {
        const review = roll('review', name);
        const asks = reviews && process !== 'consensual' && review.chance(0.25);
        const shownName = rows === null ? name : `{row}_${name}`;
        const task = {
          ...taskOf(name, names.slice(0, index), agents, process, random),
          description: `Do ${shownName}.`,
        };
        return asks ? { ...task, human_review: review.pick(['before', 'after'] as const) } : task;
      }),
      pools: [{ name: 'db', capacity: 2 }],
    },
    steps,
    faultOf: (turn, call, request) => {
      const dice = roll('fault', turn, call, request);
      if (request === 0 && dice.chance(0.01)) return 'http_400';
      return request < 3 && dice.chance(0.15) ? dice.pick(TRANSIENT) : null;
    },
    delayOf: (turn, call) => {
      const dice = roll('delay', turn, call);
      return dice.chance(0.2) ? dice.int(200, 700) : dice.int(0, 120);
    },
    paddingOf: (task) => (roll('length', task).chance(0.3) ? LONG : 0),
  };
}

function agentsOf(random: Random, process: string): Record<string, unknown>[] {
  const tools = ['file_writer', 'file_reader', 'shared_resource_pool', 'performance_monitor'];
  const worker = (name: string) => ({
    name,
    role: 'Worker',
    goal: 'Work',
    tools,
    allow_delegation: random.chance(0.5),
  });
  const boss = { name: 'boss', role: 'Manager', goal: 'Manage', tools, manager: true };
  const first = { ...worker('ada'), ...(random.chance(0.3) ? { max_concurrent: 2 } : {}) };
  const third = process === 'hierarchical' ? [boss] : process === 'consensual' ? [worker('cy')] : [];
  return [first, worker('bo'), ...third];
}

function taskOf(
  name: string,
  earlier: readonly string[],
  agents: readonly Record<string, unknown>[],
  process: string,
  random: Random,
): object {
  const agent = agents[random.int(0, agents.length - 1)]?.['name'];
  const named = process === 'sequential' || (process === 'hierarchical' && random.chance(0.5));
  return {
    name,
    title: name,
    expected_output: 'A word',
    ...(named ? { agent } : {}),
    ...(process === 'consensual' && random.chance(0.3) ? { agents: ['ada', 'bo'] } : {}),
    async: random.chance(0.75),
    context: earlier.filter(() => random.chance(0.35)),
    priority: random.int(-2, 2),
    ...(random.chance(0.25) ? { resources: [{ pool: 'db', units: random.int(1, 2) }] } : {}),
    ...(random.chance(0.2) ? { output_file: `out/${name}.md` } : {}),
  };
}

function stepsOf(task: string, random: Random): Step[] {
  return Array.from({ length: random.int(0, 3) }, (_, index): Step => {
    const resource = random.pick(['db', 'net'] as const);
    const steps: readonly [Step, ...Step[]] = [
      { tool: 'file_writer', args: { path: `${task}_${index}.txt`, content: `${task} ${index}` } },
      { tool: 'file_reader', args: { path: `${task}_0.txt` } },
      {
        tool: 'shared_resource_pool',
        args: { action: 'acquire_resource', resource_id: resource, timeout: random.int(0, 2) },
      },
      { tool: 'shared_resource_pool', args: { action: 'release_resource', resource_id: resource } },
      { tool: 'performance_monitor', args: { action: 'log_milestone', milestone: `${task} ${index}` } },
      // The agent may not delegate, or asks itself: the tool returns an error.
      { tool: 'ask_coworker', args: { coworker: random.pick(['ada', 'bo'] as const), question: `${HELP}${task}.` } },
      { tool: 'delegate_work', args: { coworker: random.pick(['ada', 'bo'] as const), task: `${HELP}${task}.` } },
    ];
    return random.pick(steps);
  });
}
