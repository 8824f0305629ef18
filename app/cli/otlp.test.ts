import { readFile } from 'node:fs/promises';
import { afterEach, expect, it } from 'vitest';
import { type Reply, TestProvider, whole } from '../models/testing/provider.ts';
import { problemsOf, runOf } from './testing/built-command.ts';
import { command } from './testing/command-and-server.ts';

let collector: TestProvider;
afterEach(() => collector?.stop());

const CREW = {
  format: 'crewlane/1',
  name: 'traced',
  settings: { provider: 'rehearsal' },
  agents: [{ name: 'ada', role: 'A secret role', goal: 'G' }],
  tasks: [{ name: 'one', description: 'A secret text.', expected_output: 'A word', agent: 'ada' }],
};
const status =
  (code: number): Reply =>
  (response) => {
    response.writeHead(code);
    response.end();
  };

it('a run sends its trace when it has ended, and a command sends or writes the same again', async () => {
  collector = await TestProvider.start(whole({}));
  const file = await command.write('traced.crew.json', CREW);
  const environment = { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20t0ken' };
  const run = runOf(await command.run(['run', file, '--json', '--otlp', collector.origin], environment));
  const [sent] = collector.received;
  expect(sent).toMatchObject({ url: '/v1/traces', headers: { authorization: 'Bearer t0ken' } });
  expect(JSON.stringify(sent?.body)).toMatch(/invoke_workflow traced.*chat rehearsal-1.*invoke_agent ada/);
  expect(JSON.stringify(sent?.body)).not.toContain('secret');

  const out = command.path('trace.json');
  expect(await command.run(['export', 'otlp', run.run_dir, '--out', out])).toMatchObject({ code: 0 });
  expect(JSON.parse(await readFile(out, 'utf8'))).toEqual(sent?.body);
  const again = await command.run(['export', 'otlp', run.run_dir], { OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin });
  expect(again).toMatchObject({ code: 0, stderr: '3 spans sent.\n' });
  expect(collector.received[1]?.body).toEqual(sent?.body);
  expect(problemsOf(await command.run(['export', 'otlp', run.run_dir, '--json']))[0]?.code).toBe('usage');
});

it('a collector that refuses the trace is reported, and does not fail the run', async () => {
  collector = await TestProvider.start(status(400));
  const file = await command.write('refused.crew.json', CREW);
  const output = await command.run(['run', file, '--json', '--otlp', collector.origin]);
  expect(output.code).toBe(0);
  expect(output.stderr).toContain('The trace was not accepted: ');
  expect(collector.received).toHaveLength(1);
  const { run_dir: dir } = runOf(output);
  expect((await command.run(['export', 'otlp', dir, '--to', collector.origin])).code).toBe(1);
});

it('what a collector rejects of a trace is reported', async () => {
  collector = await TestProvider.start(
    status(503),
    whole({ partialSuccess: { rejectedSpans: '2', errorMessage: 'old' } }),
  );
  const file = await command.write('partial.crew.json', CREW);
  const output = await command.run(['run', file, '--json'], { OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin });
  expect(output).toMatchObject({ code: 0, stderr: expect.stringContaining('The collector rejected 2 spans: old') });
  expect(collector.received).toHaveLength(2);
});
