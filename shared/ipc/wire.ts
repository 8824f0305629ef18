/** The two names that Electron carries the table's calls and pushes under. Apart from the table, so that the preload script stays a few lines. */
export const CALL_CHANNEL = 'crewlane:call';
export const PUSH_CHANNEL = 'crewlane:push';
