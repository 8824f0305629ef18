import { createContext, useContext } from 'react';
import type { Command, KeyHelp } from './command.ts';
import type { DialogName } from './stores/ui-store.ts';

/** What a feature adds to the window. `contributions.ts` lists them. */
export interface Contribution {
  /** A tab of the lower panel. */
  tab?: Tab;
  dialogs?: readonly DialogContribution[];
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

/** A dialog that `showDialog` opens by its name. */
export interface DialogContribution {
  name: DialogName;
  title: string;
  Content: React.ComponentType;
}

/** All contributions together, each list in the order of the contributions. */
export interface Registry {
  tabs: readonly Tab[];
  dialogs: readonly DialogContribution[];
  commands: readonly Command[];
  keys: readonly KeyHelp[];
}

/** Joins contributions. */
export function registryOf(contributions: readonly Contribution[]): Registry {
  return {
    tabs: contributions.flatMap(({ tab }) => tab ?? []),
    dialogs: contributions.flatMap(({ dialogs }) => dialogs ?? []),
    commands: contributions.flatMap(({ commands }) => commands ?? []),
    keys: contributions.flatMap(({ keys }) => keys ?? []),
  };
}

/** Provides the registry to features, which do not import each other. */
export const RegistryContext = createContext<Registry>({ tabs: [], dialogs: [], commands: [], keys: [] });

/** The commands, tabs and panels of the window. */
export function useRegistry(): Registry {
  return useContext(RegistryContext);
}
