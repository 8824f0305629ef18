import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Problem } from '../../../shared/crew/problem.ts';
import type { ConversionReport } from '../../../shared/import/report.ts';
import type { CallOutput } from '../../../shared/ipc/channels.ts';
import type { Notices, ProviderInfo, Theme } from '../../../shared/ipc/values.ts';
import type { Origin } from '../../../shared/trust/permission.ts';

export type DialogName =
  | 'palette'
  | 'keys'
  | 'about'
  | 'key'
  | 'memory'
  | 'inputs'
  | 'batch'
  | 'compare'
  | 'trusted'
  | 'conversion';

export interface Toast {
  id: number;
  tone: 'info' | 'error';
  text: string;
  action?: { label: string; act: () => void };
}

type AppFacts = Pick<CallOutput<'app.start'>, 'platform' | 'versions' | 'key_store'>;

export interface UiState {
  /**
   * Selected keys: `task:NAME`, `agent:NAME`, `pool:NAME`, `tool:NAME`, `server:NAME`; edges as `edge:FROM→TO` with the
   * keys of their ends.
   */
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
  /** The number of toasts shown so far, of which the next one makes its ID. */
  toastCount: number;
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
  /** What the last import or export of another format converted and left out. */
  conversion: ConversionReport | null;
  /** Whether auto layout is in progress. */
  isLayingOut: boolean;
  /** Where the crew in the window comes from. */
  origin: Origin;
  app: AppFacts;
}

export type UiStore = StoreApi<UiState>;

export const createUiStore = (): UiStore =>
  createStore(() => ({
    selection: [],
    tab: 'Timeline',
    theme: 'system',
    dialog: null,
    keyFor: null,
    loading: null,
    notices: { file: null, unprotected: null, interrupted: null },
    toasts: [],
    toastCount: 0,
    providers: [],
    inbox: false,
    criticalPath: true,
    refused: null,
    busy: null,
    conversion: null,
    isLayingOut: false,
    origin: 'own',
    app: { platform: '', versions: {}, key_store: 'memory' },
  }));
