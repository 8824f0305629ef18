import type { WaitReason } from '../run/wait-reason.ts';

interface WaitReasonLook {
  /** The noun after "waits for". */
  label: string;
  /** A shorter noun for narrow places. */
  brief?: string;
  /** The color on a light background. */
  light: string;
  dark: string;
}

/** How the window, the reports and the drawings show each reason for waiting. */
export const WAIT_REASON_LOOKS: Readonly<Record<WaitReason, WaitReasonLook>> = {
  paused: { label: 'the paused run', light: '#d8cdb4', dark: '#6a5f4a' },
  assignment: { label: 'its assignment', light: '#c9d8f7', dark: '#2d4578' },
  context: { label: 'its context', light: '#d9dee8', dark: '#3a4352' },
  person: { label: 'a person', light: '#c3e4ec', dark: '#245763' },
  cache: { label: 'the cache lookup', light: '#c9e3e6', dark: '#35565a' },
  retry: { label: 'a retry', light: '#f4d9a8', dark: '#6b4a1c' },
  rate_limit: { label: "the provider's limit", brief: 'the rate limit', light: '#f5c6c1', dark: '#6e3340' },
  lane: { label: 'the sequential lane', brief: 'the lane', light: '#f1dfc6', dark: '#5d4a34' },
  resource: { label: 'a pool', light: '#cfe6d8', dark: '#3d5a4c' },
  starting: { label: 'slot start-up', light: '#a9cbe8', dark: '#2f5f86' },
  slot: { label: 'a slot', light: '#ddd3f2', dark: '#51456e' },
};

/** Describes what a task waits for, to follow "waits" or "waited". */
export function waitPhrase(reason: WaitReason, isBrief = false): string {
  const { label, brief = label } = WAIT_REASON_LOOKS[reason];
  return `for ${isBrief ? brief : label}`;
}
