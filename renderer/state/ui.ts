import { create } from 'zustand';
import type { Problem } from '../../shared/crew/problem.ts';
import type { CallOutput } from '../../shared/ipc/channels.ts';
import type { Notices, ProviderInfo, Theme } from '../../shared/ipc/values.ts';
import type { Origin } from '../../shared/trust/permissions.ts';

export type DialogName = 'palette' | 'keys' | 'about' | 'key' | 'batch' | 'compare' | 'trusted';

export interface Toast {
  id: number;
  tone: 'info' | 'error';
  text: string;
  action?: { label: string; act: () => void };
}

type AppFacts = Pick<CallOutput<'app.start'>, 'platform' | 'versions' | 'key_store'>;

interface UiState {
  /** Selected keys: `task:NAME`, `agent:NAME`, `pool:NAME`; edges as `edge:FROM→TO` with the keys of their ends. */
  selection: readonly string[];
  /** The name of the open tab. */
  tab: string;
  theme: Theme;
  dialog: DialogName | null;
  /** The provider that the crew changes to once its key is given; null: the dialog is about the crew's own provider. */
  keyFor: string | null;
  /** The file that the window opens with, while it is read. */
  loading: string | null;
  /** What the window shows about its file and its recovery copy. */
  notices: Notices;
  toasts: readonly Toast[];
  providers: readonly ProviderInfo[];
  /** Whether the inbox is open. */
  inbox: boolean;
  /** Whether the critical path is highlighted on canvas and timeline. */
  criticalPath: boolean;
  /**
   * The problems of a refused start or file. The problems of the open crew itself are checked while the person types.
   */
  refused: { title: string; problems: readonly Problem[] } | null;
  /** Whether a Run or Export request is pending. */
  busy: 'starting' | 'exporting' | null;
  /** Whether auto layout is in progress. */
  isLayingOut: boolean;
  /** Where the crew in the window comes from. */
  origin: Origin;
  app: AppFacts;
}

export const useUi = create<UiState>()(() => ({
  selection: [],
  tab: 'Timeline',
  theme: 'system',
  dialog: null,
  keyFor: null,
  loading: null,
  notices: { file: null, unprotected: null, interrupted: null },
  toasts: [],
  providers: [],
  inbox: false,
  criticalPath: true,
  refused: null,
  busy: null,
  isLayingOut: false,
  origin: 'own',
  app: { platform: '', versions: {}, key_store: 'memory' },
}));

export function select(...keys: string[]): void {
  useUi.setState({ selection: keys });
}

export function showTab(tab: string): void {
  useUi.setState({ tab });
}

export function showDialog(dialog: DialogName | null): void {
  useUi.setState({ dialog, keyFor: null });
}

/** Asks for the key of a provider that the crew changes to only if the key is given. */
export function askForKeyOf(provider: string): void {
  useUi.setState({ dialog: 'key', keyFor: provider });
}

let lastToast = 0;
const INFO_MS = 5000;

/** Shows a short message. An error stays until it is dismissed. */
export function toast(tone: Toast['tone'], text: string, action?: Toast['action']): void {
  lastToast += 1;
  const id = lastToast;
  const next: Toast = { id, tone, text, ...(action ? { action } : {}) };
  useUi.setState(({ toasts }) => ({ toasts: [...toasts.slice(-2), next] }));
  if (tone === 'info') setTimeout(() => dismiss(id), INFO_MS);
}

export function dismiss(id: number): void {
  useUi.setState(({ toasts }) => ({ toasts: toasts.filter((one) => one.id !== id) }));
}

/** Splits a node's key: `task:draft` → `['task', 'draft']`. */
export function keyParts(key: string): { kind: 'task' | 'agent' | 'pool'; name: string } | null {
  const [, kind, name] = /^(task|agent|pool):(.+)$/.exec(key) ?? [];
  if (name === undefined) return null;
  return kind === 'task' || kind === 'agent' || kind === 'pool' ? { kind, name } : null;
}

/** The key of an edge between two nodes, from their keys. */
export function edgeKey(from: string, to: string): string {
  return `edge:${from}→${to}`;
}

/** The ends of an edge, from its key; null if the key is not an edge. */
export function edgeEnds(key: string): { from: string; to: string } | null {
  const [, from, to] = /^edge:(.+)→(.+)$/.exec(key) ?? [];
  return from === undefined || to === undefined ? null : { from, to };
}
