import { Random } from '../shared/random.ts';
import type { BenchTask, Workload } from './workload.ts';

/** The graph of the shipped crew `concurrent_processing`: each task with its context. */
const SEED_GRAPH: Record<string, string[]> = {
  customer_data: [],
  transaction_data: [],
  product_data: [],
  blog: [],
  social_media: [],
  email: [],
  market_trends: ['customer_data', 'transaction_data'],
  customer_behavior: ['customer_data', 'product_data'],
  performance_metrics: ['transaction_data', 'product_data'],
  coordination: ['customer_data', 'transaction_data', 'product_data'],
  validation: ['blog', 'social_media', 'email', 'market_trends', 'customer_behavior', 'performance_metrics'],
  oversight: ['coordination', 'validation'],
};

/** Returns all workloads. In a quick round the lengths are a tenth, and the large workload has fewer tasks. */
export function workloads(quick: boolean): Workload[] {
  const scale = quick ? 0.1 : 1;
  const uneven = new Random(3);
  return [
    {
      id: 'seed-1s',
      title: "seed's graph, 1 s calls, warm",
      tasks: seedTasks(() => 1000 * scale),
      goalTimesQueue: 3,
      cold: false,
    },
    {
      id: 'seed-uneven',
      title: "seed's graph, 0.3–3 s calls, warm",
      tasks: seedTasks(() => uneven.int(300 * scale, 3000 * scale)),
      goalTimesQueue: 3,
      cold: false,
    },
    {
      id: 'layers-100',
      title: '100 layered tasks, 50–500 ms, warm',
      tasks: layered({ layers: 10, wide: 10, min: 50 * scale, max: 500 * scale, seed: 7 }),
      goalTimesQueue: 1,
      cold: false,
    },
    {
      id: 'layers-1000',
      title: `${quick ? 200 : '1,000'} layered tasks, 5–50 ms, warm`,
      tasks: layered({ layers: 20, wide: quick ? 10 : 50, min: 5, max: 50, seed: 11 }),
      goalTimesQueue: 6,
      cold: false,
    },
    {
      id: 'seed-cold',
      title: "seed's graph, 1 s calls, cold, whole run",
      tasks: seedTasks(() => 1000 * scale),
      goalTimesQueue: null,
      cold: true,
    },
  ];
}

function seedTasks(length: () => number): BenchTask[] {
  return Object.entries(SEED_GRAPH).map(([name, context]) => ({ name, ms: Math.round(length()), context }));
}

interface Layers {
  layers: number;
  wide: number;
  /** Milliseconds. */
  min: number;
  max: number;
  seed: number;
}

/** Returns layers with equal numbers of tasks. Each task depends on one to three tasks of the previous layer. */
export function layered({ layers, wide, min, max, seed }: Layers): BenchTask[] {
  const random = new Random(seed);
  const name = (layer: number, place: number) => `task_${layer}_${place}`;
  return Array.from({ length: layers * wide }, (_, index) => {
    const layer = Math.floor(index / wide);
    const needed = new Set<string>();
    if (layer > 0) {
      const count = random.int(1, 3);
      while (needed.size < count) needed.add(name(layer - 1, random.int(0, wide - 1)));
    }
    return { name: name(layer, index % wide), ms: random.int(min, max), context: [...needed] };
  });
}
