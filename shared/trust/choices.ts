/** A model that a run would call for at least one agent. */
export interface ModelCall {
  /** The provider's name, as in `settings.provider`. */
  provider: string;
  /** The provider's name for people. */
  title: string;
  model: string;
  /** The base URL that is called, in the spelling of `URL.href`, which distinguishes hosts that look alike. */
  address: string;
  /** Scheme, host and port of the address. */
  origin: string;
  /** `person`: the person chose the provider, the address or the model for this run, so the choice is the consent. */
  chosenBy: 'person' | 'file';
  /** Whether the file names this address, and the address does not belong to the provider. */
  addressInFile: boolean;
  /** Whether the person's key for the provider would be sent. */
  sendsKey: boolean;
  /** Headers and parameters of the file that can choose another model, another address or tools of the provider. */
  additions: readonly string[];
  /** The location in the file that names the call, such as `settings.base_url` or `agents[1].model`. */
  path: string;
}

/** The folder that tools, `output_file` and `prepare` would use. */
export interface WorkspaceUse {
  /** The absolute path; the real path if the folder exists. */
  path: string;
  /**
   * `crewlane`: the default next to an own or trusted file, a folder in the data folder, or that of the run that is
   * resumed. `earlier_run`: that of an earlier run of the crew, which may have changed since.
   */
  chosenBy: 'crewlane' | 'file' | 'person' | 'earlier_run';
  /** `created`: Crewlane created the folder. `existing`: Crewlane did not, and the folder has entries. */
  state: 'missing' | 'empty' | 'created' | 'existing';
  /** The number of entries directly in the folder. */
  entries: number;
}

/** What a person allowed earlier; each entry is the `grant` of a permission. */
export type Grants = ReadonlySet<string>;

/** Everything in addition to the crew and its origin that the decision depends on. */
export interface Choices {
  /** The crew file; null for a crew that was never saved. */
  file: string | null;
  /** A rehearsal calls no model, no web, and no server. */
  rehearsal: boolean;
  calls: readonly ModelCall[];
  workspace: WorkspaceUse;
  grants: Grants;
  /** The hashes of the scripts of tools, by their paths. */
  scripts: ReadonlyMap<string, string>;
}
