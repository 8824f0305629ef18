import type { Page } from 'playwright/test';

/** A row of "Timeline as table", with its displayed texts. */
export interface Row {
  task: string;
  agent: string;
  state: string;
  slot: string;
  waited: string;
  started: string;
  ran: string;
  attempts: string;
}

/** The rows of the timeline's table, as texts. */
export async function timelineRows(page: Page): Promise<Row[]> {
  const table = page.getByRole('table', { name: 'Timeline as table' });
  const cells = await table
    .locator('tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) => [...row.querySelectorAll('td, th')].map((cell) => cell.textContent?.trim() ?? '')),
    );
  return cells.map(
    ([task = '', agent = '', state = '', slot = '', waited = '', started = '', ran = '', attempts = '']) => {
      return { task, agent, state, slot, waited, started, ran, attempts };
    },
  );
}
