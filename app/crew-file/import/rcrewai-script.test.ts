import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkRunnable } from '../../../shared/crew/check.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import { loadCrew } from '../load.ts';
import { importRcrewaiScript } from './import-crew.ts';
import { ProjectFolder } from './testing/project-folder.ts';

const ROOT = resolve(import.meta.dirname, '..', '..', '..');
const SCRIPT = join(import.meta.dirname, 'testing', 'concurrent-processing.rb');
const SHIPPED = join(ROOT, 'examples', 'concurrent_processing', 'concurrent_processing.crew.json');

async function importedFrom(path: string) {
  const imported = await importRcrewaiScript(path);
  if (!imported.ok) throw new Error(JSON.stringify(imported.problems));
  return imported;
}

async function importText(text: string) {
  const folder = await ProjectFolder.create({ 'crew.rb': text });
  try {
    return await importedFrom(join(folder.path, 'crew.rb'));
  } finally {
    await folder.remove();
  }
}

function graphOf({ process, agents, tasks }: Crew) {
  return {
    process,
    agents: agents.map(({ name, role, goal, backstory, manager, allow_delegation: delegates, verbose }) => {
      return { name, role, goal, backstory, manager, delegates, verbose };
    }),
    tasks: tasks.map(({ name, description, expected_output: expected, agent, async, context }) => {
      return { name, description, expected, agent, async, context: [...context].sort() };
    }),
  };
}

describe('a script of RCrewAI', () => {
  it('The script of the shipped crew gives its graph.', async () => {
    const { crew, report } = await importedFrom(SCRIPT);
    const shipped = await loadCrew(SHIPPED);
    if (!shipped.ok) throw new Error('The shipped crew cannot be read.');
    expect(graphOf(crew)).toEqual(graphOf(shipped.crew));
    expect(crew.settings).toMatchObject({
      provider: 'openai',
      temperature: 0.4,
      max_concurrent_tasks: 6,
      task_timeout_s: 240,
    });
    expect(crew.agents[0]?.tools).toEqual(['performance_monitor', 'shared_resource_pool', 'file_writer']);
    expect(report.left_out).toEqual([]);
    expect(checkRunnable(crew)).toEqual([]);
  });

  it('A task without context depends on nothing, and reviews, retries and models are understood.', async () => {
    const { crew, report } = await importText(`
chef = RCrewAI::Agent.new(name: 'chef', role: 'Chef', goal: 'Cook', llm: { provider: :anthropic, model: 'claude-sonnet-5', api_key: ENV['KEY'] },
                          tools: [RCrewAI::Tools::WebSearch.new(max_results: 3), Scale.new], require_approval_for_tools: true)
one = RCrewAI::Task.new(name: 'one', description: 'Buy', agent: chef, require_confirmation: true, human_input: true, human_review_points: [:completion], max_retries: 5)
two = RCrewAI::Task.new(name: 'two', description: 'Cook', agent: chef, context: [one], human_input: true, human_review_points: [:completion],
                        callback: ->(task, result) { puts "#{task}, #{result}" }, output_schema: { type: 'object', properties: { dish: { type: 'string' } } })
crew = RCrewAI::Crew.new('kitchen')
[one, two].each do |task|
  crew.add_task(task)
end
crew.add_agent(chef)
crew.execute(async: true, max_concurrency: 3)
`);
    expect(crew.agents[0]).toMatchObject({
      provider: 'anthropic',
      model: 'claude-sonnet-5',
      tools: ['web_search'],
      approve_tools: true,
    });
    expect(crew.tasks).toMatchObject([
      { name: 'one', context: [], human_review: ['before', 'after'], retries: { max: 5 } },
      { name: 'two', context: ['one'], human_review: 'after', output_schema: { type: 'object' } },
    ]);
    expect(crew.settings.max_concurrent_tasks).toBe(3);
    expect(report.left_out.map(({ path }) => path)).toEqual([
      'crew.rb: chef.llm.api_key',
      'crew.rb: chef.tools[0]',
      'crew.rb: chef.tools[1]',
      'crew.rb: two.callback',
    ]);
  });

  it.each([
    ['no crew', 'puts "hello"'],
    ['a class that is not a crew', 'Crew.build(1)'],
  ])('A script with %s is refused.', async (_what, text) => {
    await expect(importText(text)).rejects.toThrow('creates no crew');
  });

  it('Text that is deep, broken or full of quotes ends in a crew.', async () => {
    const hostile = [
      `a = ${'['.repeat(20_000)}`,
      `b = ${'f('.repeat(20_000)}`,
      "c = 'open",
      'd = "#{',
      '%w[',
      '<<~END',
    ].join('\n');
    const { crew } = await importText(
      `t = RCrewAI::Task.new(name: 't', description: 'D', agent: x)\nc = RCrewAI::Crew.new('c')\n${hostile}`,
    );
    expect(crew.tasks.map(({ name }) => name)).toEqual(['t']);
  });
});
