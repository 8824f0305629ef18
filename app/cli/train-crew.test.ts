import { readFile } from 'node:fs/promises';
import { beforeEach, expect, it } from 'vitest';
import { TRAINING_FORMAT } from '../../shared/crew/training.ts';
import { problemsOf, runOf } from './testing/built-command.ts';
import { command, server } from './testing/command-and-server.ts';
import { ADA, answer, taskOfAda } from './testing/model-server.ts';

const MODEL = () => ['--base-url', server.baseUrl, '--model', 'm'];

beforeEach(() => {
  server.reply = (response, { task }) => answer(response, `answer ${server.callsOf(task)} of ${task}`);
});

const crew = (more: object = {}) => ({
  format: 'crewlane/1',
  name: 'trained',
  agents: [ADA],
  tasks: [taskOfAda({ name: 'draft' })],
  ...more,
});

const trained = (guidance: Record<string, string[]>) => ({
  format: TRAINING_FORMAT,
  tasks: Object.fromEntries(Object.entries(guidance).map(([task, texts]) => [task, { guidance: texts }])),
});

it('Remarks at the terminal become guidance, which later training runs and the crew use.', async () => {
  const file = await command.write('trained.crew.json', crew());
  const out = await command.write('training.json', trained({ other: ['Earlier.'] }));
  const training = command.startAtTerminal(['train', file, ...MODEL(), '-n', '2', '--out', out]);
  await training.waitForScreen('answer 1 of draft');
  await training.waitForScreen('[a]pprove');
  training.type('s\n');
  await training.waitForScreen('What should change?');
  training.type('Name the year.\n');
  await training.waitForScreen('answer 2 of draft');
  await training.waitForScreen('[a]pprove');
  training.type('a\n');
  await training.waitForScreen('answer 3 of draft');
  await training.waitForScreen('[a]pprove');
  training.type('a\n');
  const ended = await training.ended;
  expect([ended.code, ended.stdout]).toEqual([0, expect.stringContaining('2 texts of guidance')]);
  expect(JSON.parse(await readFile(out, 'utf8'))).toEqual(trained({ other: ['Earlier.'], draft: ['Name the year.'] }));
  const guided = expect.stringContaining('## Guidance from earlier reviews of this task\n\n- Name the year.');
  expect(server.sent[0]?.[1]?.content).not.toEqual(guided);
  expect(server.sent[2]?.[1]?.content).toEqual(guided);
});

it('The guidance of settings.training is in the prompts of its tasks, and a result without it is stale.', async () => {
  await command.write('own.json', trained({ draft: ['Be brief.\nVery.'], each: ['One by one.'] }));
  const settings = { training: 'own.json' };
  const each = { ...taskOfAda({ name: 'each' }), for_each: { input: 'names' } };
  const tasks = [taskOfAda({ name: 'draft' }), each];
  const file = await command.write('own.crew.json', crew({ settings, tasks, inputs: { names: ['a', 'b'] } }));
  const run = runOf(await command.run(['run', file, ...MODEL(), '--json']));
  expect(run.outcome).toBe('completed');
  const prompts = server.sent.map((messages) => String(messages[1]?.content));
  expect(prompts.filter((prompt) => prompt.endsWith('- Be brief.\n  Very.'))).toHaveLength(1);
  expect(prompts.filter((prompt) => prompt.endsWith('- One by one.'))).toHaveLength(2);

  const stale = async () => runOf(await command.run(['rerun', run.run_dir, '--stale', '--json'])).results;
  await command.write('own.json', trained({ draft: ['Be long.'], each: ['One by one.'] }));
  const again = await stale();
  expect(again.find(({ task }) => task === 'draft')).toMatchObject({
    status: 'completed',
    result: 'answer 2 of draft',
  });
  expect(server.callsOf('each')).toBe(2);
});

it('A training needs a person and a training file, and a crew an existing one below its folder.', async () => {
  const file = await command.write('plain.crew.json', crew());
  const atNoTerminal = await command.run(['train', file, '-n', '1', '--out', 'training.json']);
  expect([atNoTerminal.code, atNoTerminal.stderr]).toEqual([2, expect.stringContaining('Run this at a terminal')]);
  for (const [training, reason] of [
    ['missing.json', 'cannot be used'],
    ['plain.crew.json', 'not a file that "crewlane train" writes'],
    ['../training.json', 'its path'],
  ]) {
    const wrong = await command.write('wrong.crew.json', crew({ settings: { training } }));
    for (const name of ['run', 'validate']) {
      const ended = await command.run([name, wrong, '--json']);
      expect([ended.code, problemsOf(ended)[0]]).toMatchObject([
        2,
        { code: 'training', path: 'settings.training', message: expect.stringContaining(reason ?? '') },
      ]);
    }
  }
});
