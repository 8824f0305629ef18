import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { checkRunnable } from '../../shared/crew/check.ts';
import { readTemplate } from './templates.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));

async function seedCrew() {
  const read = await readTemplate(EXAMPLES, 'concurrent_processing');
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.crew;
}

it('the seed crew runs hierarchically, eight tasks at once, 300 s each', async () => {
  const crew = await seedCrew();
  expect(crew).toMatchObject({ name: 'concurrent_processing_crew', process: 'hierarchical' });
  expect(crew.settings).toMatchObject({ max_concurrent_tasks: 8, task_timeout_s: 300, temperature: 0.4 });
  expect(checkRunnable(crew)).toEqual([]);
});

it('the seed crew has its six agents, the manager first, each with its tools', async () => {
  const crew = await seedCrew();
  const tools = crew.agents.map(({ name, tools }) => [name, tools.filter((tool) => tool !== 'query_data').join(' ')]);
  expect(tools).toEqual([
    ['performance_optimizer', 'performance_monitor shared_resource_pool file_writer'],
    ['async_coordinator', 'performance_monitor shared_resource_pool file_writer'],
    ['data_processing_specialist', 'performance_monitor shared_resource_pool file_reader file_writer'],
    ['content_generator', 'performance_monitor web_search file_writer'],
    ['analysis_engine', 'performance_monitor shared_resource_pool file_reader file_writer'],
    ['quality_assurance_specialist', 'performance_monitor file_reader file_writer'],
  ]);
  const managing = crew.agents.filter(({ manager, allow_delegation }) => manager || allow_delegation);
  expect(managing.map(({ name }) => name)).toEqual(['performance_optimizer']);
  expect(crew.agents.every(({ verbose }) => verbose)).toBe(true);
});

it('The example crew has twelve tasks, nine of them asynchronous, with their agents and context.', async () => {
  const crew = await seedCrew();
  const [data, content, analysis] = ['data_processing_specialist', 'content_generator', 'analysis_engine'];
  const [customers, transactions, products] = ['customer', 'transaction', 'product'].map(
    (of) => `${of}_data_processing`,
  );
  const written = ['blog_content_creation', 'social_media_content_creation', 'email_campaign_creation'];
  const analysed = ['market_trend_analysis', 'customer_behavior_analysis', 'performance_metrics_analysis'];
  expect(crew.tasks.map(({ name, agent, async, context }) => [name, agent, async, context])).toEqual([
    [customers, data, true, []],
    [transactions, data, true, []],
    [products, data, true, []],
    ...written.map((name) => [name, content, true, []]),
    [analysed[0], analysis, true, [customers, transactions]],
    [analysed[1], analysis, true, [customers, products]],
    [analysed[2], analysis, true, [transactions, products]],
    ['async_coordination_optimization', 'async_coordinator', false, [customers, transactions, products]],
    ['concurrent_quality_validation', 'quality_assurance_specialist', false, [...written, ...analysed]],
    [
      'performance_management_oversight',
      'performance_optimizer',
      false,
      ['async_coordination_optimization', 'concurrent_quality_validation'],
    ],
  ]);
});

it('the seed crew counts its workload in the run, and sorts its tasks into four categories', async () => {
  const crew = await seedCrew();
  const declared = Object.entries(crew.workload).map(([name, entry]) => [name, entry.declared]);
  expect(Object.fromEntries(declared)).toEqual({
    customer_records: 10_000,
    transaction_records: 50_000,
    product_records: 2_500,
    content_pieces: 50,
    analysis_datasets: 3,
    quality_checks: 15,
  });
  expect(Object.values(crew.workload).every(({ measure }) => measure !== undefined)).toBe(true);
  expect([...new Set(crew.tasks.map(({ category }) => category))]).toEqual([
    'Data Processing',
    'Content Creation',
    'Analysis',
    'Coordination',
  ]);
});

it('The nodes of the example crew do not overlap on the canvas.', async () => {
  const { layout, agents, tasks } = await seedCrew();
  const size = (key: string) => (key.startsWith('task:') ? { width: 210, height: 56 } : { width: 180, height: 30 });
  const boxes = Object.entries(layout.nodes).map(([key, [x, y]]) => ({ key, x, y, ...size(key) }));
  expect(boxes).toHaveLength(agents.length + tasks.length);
  const meeting = boxes.flatMap((a) =>
    boxes
      .filter((b) => a.key < b.key && a.x < b.x + b.width && b.x < a.x + a.width)
      .filter((b) => a.y < b.y + b.height && b.y < a.y + a.height)
      .map((b) => `${a.key} ${b.key}`),
  );
  expect(meeting).toEqual([]);
});
