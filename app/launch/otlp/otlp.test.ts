import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type EventDraft, type RunEvent, runEventSchema } from '../../../shared/run/events.ts';
import { STARTED } from '../../../shared/run/testing/started.ts';
import { traceRequest } from './otlp-json.ts';
import { otlpTarget } from './otlp-target.ts';
import { RunSpans } from './run-spans.ts';

/** The JSON form of `ExportTraceServiceRequest`, strict: a collector ignores or refuses any other field. */
const value = z.union([
  z.strictObject({ stringValue: z.string() }),
  z.strictObject({ intValue: z.string().regex(/^-?\d+$/) }),
  z.strictObject({ boolValue: z.boolean() }),
]);
const attributes = z.array(z.strictObject({ key: z.string(), value }));
const nano = z.string().regex(/^\d{19}$/);
const requestSchema = z.strictObject({
  resourceSpans: z.array(
    z.strictObject({
      resource: z.strictObject({ attributes }),
      scopeSpans: z.array(
        z.strictObject({
          scope: z.strictObject({ name: z.string(), version: z.string() }),
          spans: z.array(
            z.strictObject({
              traceId: z.string().regex(/^[0-9a-f]{32}$/),
              spanId: z.string().regex(/^[0-9a-f]{16}$/),
              parentSpanId: z
                .string()
                .regex(/^[0-9a-f]{16}$/)
                .optional(),
              name: z.string(),
              kind: z.union([z.literal(1), z.literal(3)]),
              startTimeUnixNano: nano,
              endTimeUnixNano: nano,
              attributes,
              status: z.strictObject({ code: z.literal(2).optional() }),
            }),
          ),
        }),
      ),
    }),
  ),
});

const WALL_MS = 1_764_000_000_000;

function spansOf(drafts: readonly [t: number, draft: EventDraft][]) {
  const spans = new RunSpans('notes');
  for (const [index, [t, draft]] of drafts.entries()) {
    const event: RunEvent = runEventSchema.parse({ ...draft, seq: index + 1, t });
    spans.take(event);
  }
  const request = traceRequest(spans.finish(), '1.0.0');
  requestSchema.parse(JSON.parse(JSON.stringify(request)));
  return request.resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
}

const started: EventDraft = { ...STARTED, run: 'r1', wall_ms: WALL_MS };
const turn = { task: 'a', attempt: 1 };
const call: EventDraft = {
  ...{ type: 'llm.call', ...turn, agent: 'ada', model: 'm', provider: 'google', ms: 40, first_token_ms: 5 },
  ...{ prompt_tokens: 10, completion_tokens: 3, cost_usd: null, finish: 'stop' },
};
const RUN: [number, EventDraft][] = [
  [0, started],
  [10, { type: 'attempt.started', ...turn, slot: 1, agent: 'ada' }],
  [60, call],
  [80, { type: 'tool.call', ...turn, agent: 'ada', call_id: 'c1', name: 'file_reader', ms: 15, ok: false }],
  [90, { type: 'attempt.ended', ...turn, result: 'error', kind: 'http', message: 'A secret text.' }],
  [100, { type: 'run.finished', outcome: 'failed' }],
];

describe('The trace of a run', () => {
  it('has a span for the run, each turn, each model call and each tool call', () => {
    const spans = spansOf(RUN);
    const byId = new Map(spans.map((span) => [span.spanId, span.name]));
    expect(spans.map(({ name, kind, parentSpanId = '' }) => [name, kind, byId.get(parentSpanId)])).toEqual([
      ['invoke_workflow notes', 1, undefined],
      ['chat m', 3, 'invoke_agent ada'],
      ['execute_tool file_reader', 1, 'invoke_agent ada'],
      ['invoke_agent ada', 1, 'invoke_workflow notes'],
    ]);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    const [, chat] = spans;
    expect([chat?.startTimeUnixNano, chat?.endTimeUnixNano]).toEqual(['1764000000020000000', '1764000000060000000']);
    expect(chat?.attributes).toEqual(
      expect.arrayContaining([
        { key: 'gen_ai.operation.name', value: { stringValue: 'chat' } },
        { key: 'gen_ai.provider.name', value: { stringValue: 'gcp.gemini' } },
        { key: 'gen_ai.usage.input_tokens', value: { intValue: '10' } },
      ]),
    );
    expect(spans.map(({ status }) => status.code ?? null)).toEqual([2, null, 2, 2]);
  });

  it('contains no text of an error, and the same IDs each time', () => {
    const spans = spansOf(RUN);
    expect(JSON.stringify(spans)).not.toContain('secret');
    expect(spansOf(RUN)).toEqual(spans);
  });

  it('continues at the wall time of a resume, and ends open turns with the last event', () => {
    const spans = spansOf([
      ...RUN.slice(0, 2),
      [20, { type: 'run.resumed', wall_ms: WALL_MS + 3_600_000, versions: {} }],
      [30, { type: 'slot.started', slot: 1, where: 'local:a' }],
    ]);
    expect(spans.find(({ name }) => name === 'invoke_agent ada')).toMatchObject({
      startTimeUnixNano: '1764000000010000000',
      endTimeUnixNano: '1764003600010000000',
    });
  });
});

describe('The address of a trace', () => {
  const to = (given: string | null, environment: Record<string, string> = {}) => otlpTarget(given, environment);
  it.each([
    ['http://c:4318', {}, 'http://c:4318/v1/traces'],
    ['http://c:4318/', {}, 'http://c:4318/v1/traces'],
    ['http://c/otlp/v1/traces', {}, 'http://c/otlp/v1/traces'],
    [null, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://e:4318' }, 'http://e:4318/v1/traces'],
    [null, { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t/as/is' }, 'http://t/as/is'],
    ['http://c:4318', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t/as/is' }, 'http://c:4318/v1/traces'],
  ])('of %s with %j is %s', (given, environment, url) => {
    expect(to(given, environment)).toMatchObject({ ok: true, target: { url } });
  });

  it('has the headers and the timeout of the environment', () => {
    const environment = {
      OTEL_EXPORTER_OTLP_HEADERS: 'X-Key=a%20b, bad ,other=1=2',
      OTEL_EXPORTER_OTLP_TIMEOUT: '500',
    };
    expect(to('http://c', environment)).toMatchObject({
      target: { headers: { 'x-key': 'a b', other: '1=2' }, timeoutMs: 500 },
    });
  });

  it.each([
    {},
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://e', OTEL_SDK_DISABLED: 'true' },
    { OTEL_TRACES_EXPORTER: 'none' },
  ])('is none with %j', (environment) => expect(to(null, environment)).toEqual({ ok: true, target: null }));

  it.each([
    ['ftp://c', {}, 'must begin with http'],
    ['http://me:secret@c', {}, 'OTEL_EXPORTER_OTLP_HEADERS'],
    ['http://c/?api-key=abc', {}, 'OTEL_EXPORTER_OTLP_HEADERS'],
    [null, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://e:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'by HTTP only'],
  ])('%s with %j is refused', (given, environment, message) => {
    expect(to(given, environment)).toEqual({ ok: false, message: expect.stringContaining(message) });
  });
});
