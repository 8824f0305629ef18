import type { EventOf, RunEvent } from '../../../shared/run/events.ts';
import { sha256OfParts } from '../../base/hash.ts';
import { attributesOf, nanoseconds, SPAN_KIND, type Span, statusOf } from './otlp-json.ts';

/** Names of providers in the conventions of OpenTelemetry, where they differ from ours. */
const PROVIDER_NAMES: Readonly<Record<string, string>> = {
  azure: 'azure.ai.openai',
  google: 'gcp.gemini',
  mistral: 'mistral_ai',
  xai: 'x_ai',
};

/**
 * Makes the spans of a run, by the conventions of OpenTelemetry for generative AI: the run (`invoke_workflow`), its turns
 * (`invoke_agent`), and their model calls (`chat`) and tool calls (`execute_tool`). They contain names and numbers, but no
 * text of a prompt, an answer or an error. IDs are hashes, so that a repeated export gives the same spans.
 */
export class RunSpans {
  readonly #crew: string;
  readonly #spans: Span[] = [];
  readonly #attempts = new Map<string, EventOf<'attempt.started'>>();
  #started: EventOf<'run.started'> | null = null;
  /** The moments at which run time began or continued. It does not advance while the run has no owner. */
  #clock: { t: number; wallMs: number }[] = [];
  #end: { t: number; outcome: string | null } = { t: 0, outcome: null };

  constructor(crew: string) {
    this.#crew = crew;
  }

  /** Takes the events of the run, in order. */
  take(event: RunEvent): void {
    this.#end.t = event.t;
    switch (event.type) {
      case 'run.started':
        this.#started = event;
        this.#clock = [{ t: event.t, wallMs: event.wall_ms }];
        return;
      case 'run.resumed':
        this.#clock.push({ t: event.t, wallMs: event.wall_ms });
        return;
      case 'attempt.started':
        this.#attempts.set(attemptId(event), event);
        return;
      case 'attempt.ended':
        this.#endAttempt(attemptId(event), event.t, event.result === 'ok' ? null : (event.kind ?? event.result));
        return;
      case 'llm.call':
        this.#chat(event);
        return;
      case 'tool.call':
        this.#tool(event);
        return;
      case 'run.finished':
        this.#end.outcome = event.outcome;
        return;
      default:
    }
  }

  /** Returns all spans. Turns that have not ended end with the last event. */
  finish(): Span[] {
    const started = this.#started;
    if (started === null) return [];
    for (const id of [...this.#attempts.keys()]) this.#endAttempt(id, this.#end.t, null);
    const { outcome } = this.#end;
    const attributes = {
      'gen_ai.operation.name': 'invoke_workflow',
      'gen_ai.workflow.name': this.#crew,
      'gen_ai.conversation.id': started.run,
      'crewlane.rehearsal': started.rehearsal,
      'crewlane.outcome': outcome ?? 'interrupted',
      'error.type': isFailure(outcome) ? outcome : null,
    };
    const root = this.#span({
      id: 'run',
      parent: null,
      name: `invoke_workflow ${this.#crew}`,
      ...{ start: started.t, end: this.#end.t, attributes, error: isFailure(outcome) ? outcome : null },
    });
    return [root, ...this.#spans];
  }

  #endAttempt(id: string, end: number, error: string | null): void {
    const started = this.#attempts.get(id);
    if (started === undefined) return;
    this.#attempts.delete(id);
    const { task, attempt, turn = null, agent, slot, t: start } = started;
    const attributes = {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': agent,
      'gen_ai.conversation.id': this.#started?.run ?? null,
      ...{ 'crewlane.task': task, 'crewlane.attempt': attempt, 'crewlane.turn': turn, 'crewlane.slot': slot },
      'error.type': error,
    };
    this.#spans.push(this.#span({ id, parent: 'run', name: `invoke_agent ${agent}`, start, end, attributes, error }));
  }

  #chat(event: EventOf<'llm.call'>): void {
    const { agent, model, provider, seq, t: end, ms, error, finish } = event;
    const parent = attemptId(event);
    const attributes = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': provider === undefined ? null : (PROVIDER_NAMES[provider] ?? provider),
      'gen_ai.request.model': model,
      'gen_ai.agent.name': agent,
      'gen_ai.usage.input_tokens': event.prompt_tokens,
      'gen_ai.usage.output_tokens': event.completion_tokens,
      'gen_ai.usage.cache_read.input_tokens': event.cached_tokens ?? null,
      'crewlane.finish': finish ?? null,
      'error.type': error?.kind ?? null,
    };
    this.#spans.push(
      this.#span({
        id: `call ${seq}`,
        ...{ parent, name: `chat ${model}`, kind: SPAN_KIND.client },
        ...{ start: this.#startOf(parent, end - ms), end, attributes, error: error?.kind ?? null },
      }),
    );
  }

  #tool(event: EventOf<'tool.call'>): void {
    const { agent, name, call_id: call, seq, t: end, ms, ok } = event;
    const parent = attemptId(event);
    const error = ok ? null : 'tool';
    const attributes = {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': name,
      'gen_ai.tool.type': 'function',
      'gen_ai.tool.call.id': call,
      'gen_ai.agent.name': agent,
      'error.type': error,
    };
    const start = this.#startOf(parent, end - ms);
    this.#spans.push(
      this.#span({ id: `tool ${seq}`, parent, name: `execute_tool ${name}`, start, end, attributes, error }),
    );
  }

  /** A call is measured by another process, so that its start can appear to be before that of its turn. */
  #startOf(attempt: string, start: number): number {
    return Math.max(start, this.#attempts.get(attempt)?.t ?? 0, 0);
  }

  #span(given: {
    id: string;
    parent: string | null;
    name: string;
    kind?: number;
    start: number;
    end: number;
    attributes: Parameters<typeof attributesOf>[0];
    error: string | null;
  }): Span {
    const { id, parent, name, kind = SPAN_KIND.internal, start, end, attributes, error } = given;
    const run = this.#started?.run ?? '';
    const spanId = (of: string) => sha256OfParts(['span', run, of]).slice(0, 16);
    return {
      traceId: sha256OfParts(['trace', run]).slice(0, 32),
      spanId: spanId(id),
      ...(parent === null ? {} : { parentSpanId: spanId(parent) }),
      ...{ name, kind },
      startTimeUnixNano: nanoseconds(this.#wallMs(start)),
      endTimeUnixNano: nanoseconds(this.#wallMs(end)),
      attributes: attributesOf(attributes),
      status: statusOf(error),
    };
  }

  #wallMs(t: number): number {
    const since = this.#clock.findLast((one) => one.t <= t) ?? this.#clock[0];
    return since === undefined ? t : since.wallMs + (t - since.t);
  }
}

function isFailure(outcome: string | null): boolean {
  return outcome !== null && outcome !== 'completed';
}

function attemptId({ task, attempt, turn }: { task: string; attempt: number; turn?: string | undefined }): string {
  return JSON.stringify(['attempt', task, attempt, turn ?? null]);
}
