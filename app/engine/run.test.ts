import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { applyEvent, newRun } from '../../shared/run/fold.ts';
import { eventsOf, fileExists, isAlive, makeCrew, Rig, resultOf, SECRET, until } from './testing/rig.ts';

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
});
afterEach(() => rig.remove());

test('a crew runs to its end, and each task receives its context results under their names', async () => {
  const crew = makeCrew(
    [
      { name: 'draft', steps: [['answer', 'the draft of {who}']] },
      { name: 'polish', context: ['draft'], steps: [['prompt']] },
    ],
    { inputs: { who: 'Ada' } },
  );
  const { run, end } = await rig.run(crew);
  expect(end).toEqual({ status: 'finished', outcome: 'completed' });
  expect(await resultOf(run, 'polish')).toContain('## Result of the task draft\n\nthe draft of Ada');
  expect(run.state.tasks.get('polish')?.degraded).toBe(false);
});

test('the journal folds to the final state of the run, and no process or lock remains', async () => {
  const crew = makeCrew([{ name: 'one' }, { name: 'two', context: ['one'] }, { name: 'three' }]);
  const host = rig.host();
  const pids = new Set<number>();
  host.watchProcesses((now) => {
    for (const pid of now) pids.add(pid);
  });
  const run = await rig.start(crew, 2, {}, host);
  await run.done;
  const replayed = newRun(crew);
  for (const event of await eventsOf(run.dir)) applyEvent(replayed, event);
  expect(replayed).toEqual(run.state);
  expect(pids.size).toBeGreaterThan(0);
  expect(await Promise.all([...pids].map(isAlive))).not.toContain(true);
  expect(await readdir(run.dir)).not.toContain('lock.json');
  expect(await readdir(join(rig.workspace, '.crewlane'))).toEqual([]);
});

test('subscribers receive every event in order, after its flush', async () => {
  const run = await rig.start(makeCrew([{ name: 'one' }, { name: 'two' }]));
  const received: number[] = [];
  const early: boolean[] = [];
  run.subscribe((events) => {
    received.push(...events.map((event) => event.seq));
    early.push(events.some((event) => event.seq > run.state.seq));
  });
  await run.done;
  expect(received).toEqual((await eventsOf(run.dir)).map((event) => event.seq));
  expect(early).not.toContain(true);
});

test('a crashed slot process is replaced, and its task continues from the answered calls', async () => {
  const steps = [
    [
      'first',
      1,
      [['llm', 'let me read', 'call-1'], ['tool', 'call-1', 'forty-two'], ['until', rig.path('go')], ['crash']],
    ],
    ['transcript'],
  ] as const;
  const run = await rig.start(makeCrew([{ name: 'reader', steps }]));
  await until(() => (run.state.turns[0]?.tools.length ?? 0) === 1);
  await rig.touch('go');
  expect((await run.done).status).toBe('finished');
  const turns = run.state.tasks.get('reader')?.turns;
  expect(turns?.map((turn) => turn.result)).toEqual(['crash', 'ok']);
  const transcript = JSON.parse((await resultOf(run, 'reader')) ?? '');
  expect(transcript.map((message: { role: string }) => message.role)).toEqual(['assistant', 'tool']);
  expect([...run.state.slots.values()].flatMap((slot) => slot.exits.map((exit) => exit.reason))).toEqual(['crash']);
});

test('three crashes in a row fail the task, and its dependents run degraded', async () => {
  const retries = { max: 9, base_s: 0, factor: 1, cap_s: 0 };
  const { run, end } = await rig.run(
    makeCrew([
      { name: 'bad', retries, steps: [['crash']] },
      { name: 'after', context: ['bad'], steps: [['prompt']] },
    ]),
  );
  expect(end).toEqual({ status: 'finished', outcome: 'completed_degraded' });
  expect(run.state.tasks.get('bad')?.turns).toHaveLength(3);
  expect(run.state.tasks.get('after')).toMatchObject({ degraded: true, missing: ['bad'] });
  expect(await resultOf(run, 'after')).toContain('These tasks gave no result: bad');
});

test('a transient failure is retried, a permanent failure is not', async () => {
  const { run } = await rig.run(
    makeCrew([
      {
        name: 'flaky',
        steps: [
          ['first', 2, [['fail', { kind: 'http', status: 500, message: 'the server broke' }]]],
          ['answer', 'at last'],
        ],
      },
      { name: 'refused', steps: [['fail', { kind: 'auth', message: 'no such key' }]] },
      { name: 'hopeless', steps: [['fail', { kind: 'network', message: 'nobody answers' }]] },
    ]),
  );
  expect(run.state.tasks.get('flaky')?.turns.map((turn) => turn.result)).toEqual(['error', 'error', 'ok']);
  expect(run.state.tasks.get('refused')).toMatchObject({
    status: 'failed',
    error: { kind: 'auth', message: 'no such key' },
  });
  expect(run.state.tasks.get('refused')?.turns).toHaveLength(1);
  expect(run.state.tasks.get('hopeless')?.turns).toHaveLength(3);
});

test('a task past its deadline fails, and its slot is killed when it does not stop', async () => {
  const retries = { max: 0, base_s: 0, factor: 1, cap_s: 0 };
  const { run } = await rig.run(
    makeCrew([
      { name: 'obeys', timeout_s: 0.1, retries, steps: [['wait']] },
      { name: 'hangs', timeout_s: 0.1, retries, steps: [['hang']] },
    ]),
  );
  for (const name of ['obeys', 'hangs']) {
    expect(run.state.tasks.get(name)).toMatchObject({ status: 'failed', error: { kind: 'timeout' } });
  }
  const exits = [...run.state.slots.values()].flatMap((slot) => slot.exits.map((exit) => exit.reason));
  expect(exits).toEqual(['timeout']);
});

test('a stop cancels running and waiting tasks', async () => {
  const run = await rig.start(
    makeCrew([
      { name: 'runs', steps: [['wait']] },
      { name: 'waits', context: ['runs'] },
    ]),
  );
  await until(() => run.state.running.size === 1);
  run.stop();
  expect(await run.done).toEqual({ status: 'finished', outcome: 'cancelled' });
  expect([...run.state.tasks.values()].map((each) => each.status)).toEqual(['cancelled', 'cancelled']);
});

test('while a run is paused, running turns finish and no turn or retry starts', async () => {
  const go = rig.path('go');
  const untilGo = ['until', go] as const;
  const run = await rig.start(
    makeCrew([
      { name: 'ends', steps: [untilGo, ['answer', 'fine']] },
      {
        name: 'fails',
        steps: [
          ['first', 1, [untilGo, ['fail', { kind: 'network', message: 'cut off' }]]],
          ['answer', 'at last'],
        ],
      },
      { name: 'next', context: ['ends'], steps: [['answer', 'after it']] },
    ]),
  );
  await until(() => run.state.running.size === 2);
  run.pause();
  await writeFile(go, '');
  await until(() => run.state.running.size === 0);
  const statusOf = (task: string) => run.state.tasks.get(task)?.status;
  expect([statusOf('ends'), statusOf('fails'), statusOf('next')]).toEqual(['completed', 'pending', 'pending']);
  await until(() => run.now() > (run.state.tasks.get('fails')?.turns[0]?.retryAt ?? Number.POSITIVE_INFINITY));
  expect(run.state.turns).toHaveLength(2);
  run.unpause();
  expect(await run.done).toEqual({ status: 'finished', outcome: 'completed' });
  expect(run.state.turns.map(({ task, result }) => `${task} ${result}`)).toEqual([
    'ends ok',
    'fails error',
    'fails ok',
    'next ok',
  ]);
});

test('a resumed run keeps completed tasks and runs the others', async () => {
  const crew = makeCrew([
    {
      name: 'quick',
      steps: [
        ['log', rig.path('log')],
        ['answer', 'kept '.repeat(2000)],
      ],
    },
    { name: 'slow', context: ['quick'], steps: [['first', 1, [['wait']]], ['prompt']] },
  ]);
  const first = await rig.start(crew);
  await until(() => first.state.tasks.get('slow')?.running === 1);
  first.interrupt('signal');
  expect(await first.done).toMatchObject({ status: 'interrupted', reason: 'signal' });
  const second = await rig.resume(first.dir, crew);
  expect(second.id).toBe(first.id);
  expect(await second.done).toEqual({ status: 'finished', outcome: 'completed' });
  expect((await readFile(rig.path('log'), 'utf8')).trim().split('\n')).toHaveLength(1);
  expect(await resultOf(second, 'slow')).toContain('kept kept');
  const events = await eventsOf(first.dir);
  expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
  expect(events.filter((event) => event.type === 'run.finished')).toHaveLength(1);
  const again = await rig.tryToResume(first.dir, crew);
  expect(again).toMatchObject({ ok: false, failure: { kind: 'finished' } });
});

test('two runs do not share a workspace: the second is refused and names the first', async () => {
  const crew = makeCrew([{ name: 'waits', steps: [['wait']] }]);
  const first = await rig.start(crew);
  const second = await rig.tryToStart(crew);
  expect(second).toMatchObject({ ok: false, failure: { kind: 'workspace_locked' } });
  expect(second.ok || second.failure.message).toContain(first.id);
  expect(await readdir(rig.runs)).toEqual([first.id]);
  expect(await rig.tryToResume(first.dir, crew)).toMatchObject({ ok: false, failure: { kind: 'run_locked' } });
  first.stop();
  await first.done;
  const third = await rig.start(crew);
  third.stop();
  await third.done;
});

test('a key appears in no file of a run, even if an answer repeats it', async () => {
  const leak = `my key is ${SECRET}, sent as Authorization: Bearer abcdef.0123456789.abcdef`;
  const { run } = await rig.run(
    makeCrew([
      {
        name: 'leaky',
        output_file: 'leak.md',
        steps: [
          ['llm', leak],
          ['tool', 'c', leak],
          ['monitor', { action: 'log_milestone', milestone: leak }],
          ['answer', leak],
        ],
      },
      { name: 'fails', steps: [['fail', { kind: 'auth', message: leak }]] },
    ]),
  );
  const files = await readdir(run.dir, { recursive: true, withFileTypes: true });
  const texts = await Promise.all(
    files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name), 'utf8')),
  );
  texts.push(await readFile(join(rig.workspace, 'leak.md'), 'utf8'));
  expect(texts.join('')).toContain('[redacted]');
  expect(texts.join('')).not.toContain(SECRET);
  expect(texts.join('')).not.toContain('abcdef.0123456789.abcdef');
});

test('slot processes that exit at start interrupt the run, and the message includes their output', async () => {
  const run = await rig.start(makeCrew([{ name: 'one' }]), 2, {}, rig.host({ FAKE_SLOT_DIES: '1' }));
  const end = await run.done;
  expect(end).toMatchObject({ status: 'interrupted', reason: 'slots' });
  expect(end.status === 'interrupted' && end.message).toContain('the fake slot dies at once');
});

test('a result is written to its output_file inside the workspace, and nowhere else', async () => {
  const { run } = await rig.run(
    makeCrew([
      { name: 'writes', output_file: 'out/note.md', steps: [['answer', 'a note']] },
      { name: 'escapes', output_file: '../note.md', steps: [['answer', 'a note']] },
    ]),
  );
  expect(await readFile(join(rig.workspace, 'out/note.md'), 'utf8')).toBe('a note');
  expect(run.state.tasks.get('escapes')).toMatchObject({ status: 'failed', error: { kind: 'output' } });
  expect(await readdir(rig.root)).not.toContain('note.md');
});

test('an output_file is named with the inputs, and no input leads out of the workspace', async () => {
  const named = { name: 'named', output_file: 'out/{topic}.md', steps: [['answer', 'a note']] } as const;
  const escapes = { name: 'escapes', output_file: '{up}/note.md' };
  const crew = makeCrew([named, escapes], { inputs: { topic: 'wasps', up: '..' } });
  const run = await rig.start(crew, 2, { inputs: { topic: 'bees' } });
  await run.done;
  expect(await readdir(join(rig.workspace, 'out'))).toEqual(['bees.md']);
  expect(run.state.tasks.get('escapes')).toMatchObject({ status: 'failed', error: { kind: 'output' } });
});

test('a partial output_file left by a killed process does not block a new one', async () => {
  await mkdir(rig.workspace, { recursive: true });
  await writeFile(join(rig.workspace, `.note.md.${process.pid}.part`), 'half a no');
  const { run } = await rig.run(makeCrew([{ name: 'writes', output_file: 'note.md', steps: [['answer', 'a note']] }]));
  expect(run.state.outcome).toBe('completed');
  expect(await readFile(join(rig.workspace, 'note.md'), 'utf8')).toBe('a note');
});

test('added slots start immediately, and removed slots finish their turns first', async () => {
  const tasks = ['a', 'b', 'c'].map((name) => ({
    name,
    steps: [
      ['touch', rig.path(name)],
      ['until', rig.path('go')],
    ] as const,
  }));
  const run = await rig.start(makeCrew(tasks), 1);
  await fileExists(rig.path('a'));
  expect(run.state.running.size).toBe(1);
  run.setSlots(3);
  await until(() => run.state.running.size === 3);
  run.setSlots(1);
  await rig.touch('go');
  expect(await run.done).toEqual({ status: 'finished', outcome: 'completed' });
});

test('reducing and immediately raising the number of slots costs no attempt, because no turn starts in an ending slot', async () => {
  const retries = { max: 0, base_s: 0, factor: 1, cap_s: 0 };
  const run = await rig.start(
    makeCrew(
      [
        {
          name: 'long',
          steps: [
            ['touch', rig.path('begun')],
            ['until', rig.path('go')],
          ],
        },
        { name: 'next', human_review: 'before' },
      ],
      { settings: { retries } },
    ),
    1,
    { reviewer: 'person' },
  );
  await fileExists(rig.path('begun'));
  run.setSlots(2);
  await until(() => run.state.slots.get(2)?.status === 'ready');
  run.setSlots(1);
  run.setSlots(2);
  await run.answerReview('next', { answer: 'approved' });
  await until(() => run.state.tasks.get('next')?.status !== 'pending');
  await rig.touch('go');
  expect(await run.done).toEqual({ status: 'finished', outcome: 'completed' });
  expect(run.state.turns.map(({ result }) => result)).toEqual(['ok', 'ok']);
  expect(run.state.slots.get(2)?.exits).toMatchObject([{ reason: 'ended', replaced: false }]);
});

test('streamed text is passed to subscribers and not stored', async () => {
  const run = await rig.start(
    makeCrew([
      {
        name: 'talks',
        steps: [
          ['text', 'once upon'],
          ['answer', 'the end'],
        ],
      },
    ]),
  );
  const heard: string[] = [];
  run.onText(({ task, delta }) => heard.push(`${task}: ${delta}`));
  await run.done;
  expect(heard).toEqual(['talks: once upon']);
  expect(JSON.stringify(await eventsOf(run.dir))).not.toContain('once upon');
});
