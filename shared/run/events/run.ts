import { z } from 'zod';
import { begin, resume } from '../../scheduler/begin.ts';
import { dollars, tokens } from '../budget-text.ts';
import type { RunState } from '../state.ts';
import { eventKind } from './kind.ts';
import { freeAgents } from './limit.ts';
import { loseServers } from './server.ts';
import { eventSchema, interruptReasonSchema, ms, runOutcomeSchema, runStartedSchema } from './shapes.ts';
import { loseSlots } from './slot.ts';

/** Events of the run as a whole: its start, pauses, slots, budget and end. */
export const RUN_EVENTS = {
  /** The first event of a run: the conditions of its start. */
  'run.started': eventKind(runStartedSchema, {
    fold: (run, event) => {
      run.started = event;
      run.slotCounts.push({ t: event.t, slots: event.settings.slots });
      run.budgetUsd = event.settings.budget_usd ?? run.budgetUsd;
      run.budgetTokens = event.settings.budget_tokens ?? run.budgetTokens;
    },
    describe: ({ crew, settings, batch }) =>
      `${crew}, ${settings.slots} slots, ${settings.provider}${batch === undefined ? '' : `, row ${batch.row} of ${batch.rows} of a batch`}`,
    schedule: (state, { ranks, settings, batch }) =>
      begin(state, ranks, settings.slots, batch === undefined ? 'own' : 'granted'),
  }),
  /**
   * Another process continues the run. `t` continues from the last event; `wall_ms` shows how long the run had no
   * owner.
   */
  'run.resumed': eventKind(
    eventSchema('run.resumed', {
      wall_ms: z.int(),
      versions: z.record(z.string(), z.string()),
      /** The time of the batch at which its row continues. Absent: the row continues alone, with slots of its own. */
      batch_ms: ms.optional(),
    }),
    {
      fold: (run, event) => {
        run.resumptions.push({ t: event.t, wallMs: event.wall_ms, batchMs: event.batch_ms ?? null });
        run.interrupted = null;
        closePause(run, event.t);
        closeReviews(run, event.t);
        closeLookups(run, event.t);
        loseSlots(run, event.t);
        loseServers(run);
        for (const steps of run.rooms.values()) steps.push({ t: event.t, free: null });
        freeAgents(run, event.t);
      },
      schedule: (state, event, t) => resume(state, event.batch_ms === undefined ? 'own' : 'granted', t),
    },
  ),
  /** A person paused the run. Running turns continue, and nothing starts. */
  'run.paused': eventKind(eventSchema('run.paused', {}), {
    fold: (run, { t }) => {
      run.paused.push({ start: t, end: null });
    },
    schedule: (state) => {
      state.phase = 'paused';
    },
  }),
  /** A person ended the pause. */
  'run.unpaused': eventKind(eventSchema('run.unpaused', {}), {
    fold: (run, { t }) => closePause(run, t),
    schedule: (state) => {
      state.phase = 'running';
    },
  }),
  /** A person changed the number of slots. */
  'run.slots': eventKind(eventSchema('run.slots', { slots: z.int().positive() }), {
    fold: (run, { t, slots }) => {
      run.slotCounts.push({ t, slots });
    },
    describe: ({ slots }) => `${slots} slots`,
    schedule: (state, { slots }) => state.slots.resize(slots),
  }),
  /** The run stopped for now and can be resumed. `slots`: slot processes ended repeatedly while they started. */
  'run.interrupted': eventKind(eventSchema('run.interrupted', { reason: interruptReasonSchema }), {
    fold: (run, { reason }) => {
      run.interrupted = reason;
    },
    describe: ({ reason }) => reason,
    schedule: (state) => {
      state.phase = 'interrupted';
    },
  }),
  /**
   * The run has used up its budget in US dollars, or in tokens if it names tokens. Nothing starts until a person raises
   * it. The rows of a batch share one budget.
   */
  'budget.reached': eventKind(
    eventSchema('budget.reached', {
      spent_usd: z.number().nonnegative(),
      budget_usd: z.number().positive().optional(),
      spent_tokens: z.int().nonnegative().optional(),
      budget_tokens: z.int().positive().optional(),
    }),
    {
      fold: (run, event) => {
        const { t, spent_usd: spentUsd, budget_usd: budgetUsd = null } = event;
        const { budget_tokens: budget, spent_tokens: spent = 0 } = event;
        const tokens = budget === undefined ? null : { budget, spent };
        run.overBudget.push({ start: t, end: null, spentUsd, budgetUsd, tokens });
      },
      describe: ({ spent_usd, budget_usd, spent_tokens = 0, budget_tokens = 0 }) =>
        budget_usd === undefined
          ? `${tokens(spent_tokens)} used of ${tokens(budget_tokens)}`
          : `${dollars(spent_usd)} spent of ${dollars(budget_usd)}`,
      schedule: (state) => {
        state.overBudget = true;
      },
    },
  ),
  /** A person set another budget for the whole run. */
  'budget.set': eventKind(
    eventSchema('budget.set', {
      budget_usd: z.number().positive().optional(),
      spent_usd: z.number().nonnegative(),
      budget_tokens: z.int().positive().optional(),
      spent_tokens: z.int().nonnegative().optional(),
    }),
    {
      fold: (run, event) => {
        run.budgetUsd = event.budget_usd ?? run.budgetUsd;
        run.budgetTokens = event.budget_tokens ?? run.budgetTokens;
        closeOverBudget(run, event.t);
      },
      describe: ({ spent_usd, budget_usd, spent_tokens = 0, budget_tokens = 0 }) =>
        budget_usd === undefined
          ? `${tokens(budget_tokens)} in total, ${tokens(spent_tokens)} used`
          : `${dollars(budget_usd)} in total, ${dollars(spent_usd)} spent`,
      schedule: (state) => {
        state.overBudget = false;
      },
    },
  ),
  /** The last event of a run that was not interrupted. */
  'run.finished': eventKind(eventSchema('run.finished', { outcome: runOutcomeSchema }), {
    fold: (run, event) => {
      run.outcome = event.outcome;
      run.finishedAt = event.t;
      closeOverBudget(run, event.t);
      closePause(run, event.t);
      freeAgents(run, event.t);
    },
    describe: ({ outcome }) => outcome.replace('_', ' '),
    schedule: (state) => {
      state.phase = 'finished';
    },
  }),
};

function closePause(run: RunState, t: number): void {
  const last = run.paused.at(-1);
  if (last && last.end === null) last.end = t;
}

function closeOverBudget(run: RunState, t: number): void {
  const last = run.overBudget.at(-1);
  if (last) last.end ??= t;
}

/** Closes open reviews: the process that resumes the run asks again. */
function closeReviews(run: RunState, t: number): void {
  for (const { reviews } of run.tasks.values()) for (const review of reviews) review.end ??= t;
}

/** Closes open cache lookups: the process that resumes the run looks results up again. */
function closeLookups(run: RunState, t: number): void {
  for (const { lookups } of run.tasks.values()) for (const lookup of lookups) lookup.end ??= t;
}
