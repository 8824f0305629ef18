import { createContext, useContext } from 'react';
import type { Command, KeyHelp } from './command.ts';

/** What a feature adds to the window. `contributions.ts` lists them. */
export interface Contribution {
  /** A tab of the lower panel. */
  tab?: Tab;
  commands?: readonly Command[];
  /** Shortcuts that act only inside the feature. */
  keys?: KeyHelp;
}

export interface Tab {
  /** The tab's label, which also identifies it. */
  name: string;
  Panel: React.ComponentType;
  /** Tools in the row of the tabs, shown while the tab is open. */
  Tools?: React.ComponentType;
}

/** All contributions together, each list in the order of the contributions. */
export interface Registry {
  tabs: readonly Tab[];
  commands: readonly Command[];
  keys: readonly KeyHelp[];
}

/** Joins contributions. */
export function registryOf(contributions: readonly Contribution[]): Registry {
  return {
    tabs: contributions.flatMap(({ tab }) => tab ?? []),
    commands: contributions.flatMap(({ commands }) => commands ?? []),
    keys: contributions.flatMap(({ keys }) => keys ?? []),
  };
}

/** Provides the registry to features, which do not import each other. */
export const RegistryContext = createContext<Registry>({ tabs: [], commands: [], keys: [] });

/** The commands, tabs and panels of the window. */
export function useRegistry(): Registry {
  return useContext(RegistryContext);
}
