import { Random } from '../../../shared/random.ts';

/**
 * The workload of the example `concurrent_processing`: three tables like those of a business, with the flaws of real
 * data. Customers, transactions and products refer to each other, so that joins give results.
 */
const CUSTOMERS = 10_000;
const TRANSACTIONS = 50_000;
const PRODUCTS = 2_500;

/** The shares of rows with a flaw. */
const DUPLICATE = 0.008;
const GAP = 0.025;
const BAD_DATE = 0.006;
const OUTLIER = 0.003;
const ORPHAN = 0.002;

export const concurrentProcessing = {
  'customers.csv': customers,
  'transactions.csv': transactions,
  'products.csv': products,
  'workload_data.json': () =>
    `${JSON.stringify(
      {
        customer_records: CUSTOMERS,
        transaction_records: TRANSACTIONS,
        product_records: PRODUCTS,
        content_pieces: 50,
        analysis_datasets: 3,
        quality_checks: 15,
      },
      null,
      2,
    )}\n`,
};

const FIRST = [
  'Amara',
  'Ben',
  'Carla',
  'Dmitri',
  'Elif',
  'Farid',
  'Greta',
  'Hana',
  'Ivo',
  'Jun',
  'Kofi',
  'Lena',
  'Milan',
  'Noor',
  'Olga',
  'Pedro',
  'Qi',
  'Rosa',
  'Sven',
  'Tara',
  'Umar',
  'Vera',
  'Wen',
  'Yara',
  'Zoe',
] as const;
const LAST = [
  'Abbas',
  'Berg',
  'Costa',
  'Dietrich',
  'Eriksen',
  'Ferrari',
  'Gupta',
  'Haddad',
  'Ito',
  'Jensen',
  'Kowalski',
  'Lopez',
  'Meyer',
  'Nguyen',
  'Okafor',
  'Petrov',
  'Quist',
  'Rossi',
  'Silva',
  'Tanaka',
  'Ueda',
  'Virtanen',
  'Weber',
  'Yilmaz',
  "O'Brien",
] as const;
const COUNTRIES = ['DE', 'US', 'FR', 'BR', 'JP', 'IN', 'NG', 'SE', 'PL', 'ES'] as const;
const SEGMENTS = ['consumer', 'consumer', 'consumer', 'small business', 'small business', 'enterprise'] as const;
const CHANNELS = ['web', 'web', 'app', 'app', 'store', 'phone'] as const;
const STATUSES = ['paid', 'paid', 'paid', 'paid', 'paid', 'paid', 'refunded', 'failed'] as const;
const CATEGORIES = [
  'Audio',
  'Cameras',
  'Computers',
  'Gaming',
  'Home',
  'Networking',
  'Office',
  'Phones',
  'Storage',
  'Wearables',
] as const;
const ADJECTIVES = ['Compact', 'Nordic', 'Quiet', 'Rapid', 'Solid', 'Urban', 'Vivid', 'Light'] as const;
const NOUNS = [
  'Hub',
  'Speaker',
  'Dock',
  'Sensor',
  'Display',
  'Keyboard',
  'Drive',
  'Router',
  'Lamp',
  'Tracker',
] as const;

function customers(): string {
  const random = new Random(101);
  return table(
    'customer_id,name,email,country,segment,age,signup_date,last_login,sessions_90d,support_tickets',
    CUSTOMERS,
    random,
    (id) => {
      const first = random.pick(FIRST);
      const last = random.pick(LAST);
      const email = `${first}.${last.replace("'", '')}${id}@example.com`.toLowerCase();
      const age = random.chance(OUTLIER) ? random.int(130, 250) : Math.round(clamp(random.around(42, 24), 18, 89));
      const row = [
        `C${pad(id, 5)}`,
        `${first} ${last}`,
        gap(random, email),
        random.pick(COUNTRIES),
        random.pick(SEGMENTS),
        gap(random, age),
      ];
      const use = [
        date(random, 2019, 2026),
        gap(random, date(random, 2025, 2026)),
        Math.round(clamp(random.around(14, 15), 0, 60)),
        random.int(0, 9),
      ];
      return [...row, ...use];
    },
  );
}

function transactions(): string {
  const random = new Random(202);
  return table(
    'transaction_id,customer_id,product_id,transaction_date,quantity,unit_price,amount,currency,channel,status',
    TRANSACTIONS,
    random,
    (id) => {
      const customer = random.chance(ORPHAN)
        ? `C${pad(99_000 + random.int(0, 999), 5)}`
        : `C${pad(random.int(1, CUSTOMERS), 5)}`;
      const quantity = random.int(1, 5);
      const cents = Math.round(clamp(random.around(8_900, 9_000), 199, 24_900));
      const amount = random.chance(OUTLIER) ? cents * quantity * random.int(50, 400) : cents * quantity;
      const of = [
        `T${pad(id, 6)}`,
        customer,
        `P${pad(random.int(1, PRODUCTS), 4)}`,
        date(random, 2025, 2026),
        quantity,
      ];
      return [...of, money(cents), gap(random, money(amount)), 'EUR', random.pick(CHANNELS), random.pick(STATUSES)];
    },
  );
}

function products(): string {
  const random = new Random(303);
  return table(
    'product_id,name,category,unit_cost,list_price,stock,reorder_level,rating,reviews,launch_date',
    PRODUCTS,
    random,
    (id) => {
      const cost = Math.round(clamp(random.around(5_200, 5_000), 90, 14_000));
      const price = random.chance(OUTLIER) ? -cost : Math.round((cost * random.int(125, 210)) / 100);
      const name = `${random.pick(ADJECTIVES)} ${random.pick(NOUNS)} ${random.int(100, 999)}`;
      const stock = random.chance(0.06) ? 0 : random.int(1, 900);
      const of = [
        `P${pad(id, 4)}`,
        name,
        gap(random, random.pick(CATEGORIES)),
        money(cost),
        money(price),
        stock,
        random.int(10, 120),
      ];
      return [...of, gap(random, (random.int(20, 50) / 10).toFixed(1)), random.int(0, 2400), date(random, 2018, 2026)];
    },
  );
}

type Cell = string | number;

/** Returns a table with `rows` lines below the heading. Occasionally a line is repeated instead of the next one. */
function table(heading: string, rows: number, random: Random, row: (id: number) => Cell[]): string {
  const lines = [heading];
  for (let id = 1; id <= rows; id += 1) {
    const again = id > 1 && random.chance(DUPLICATE) ? lines.at(-1) : undefined;
    lines.push(again ?? row(id).join(','));
  }
  return `${lines.join('\n')}\n`;
}

function gap(random: Random, cell: Cell): Cell {
  return random.chance(GAP) ? '' : cell;
}

function date(random: Random, from: number, to: number): string {
  if (random.chance(BAD_DATE)) return random.pick(['2026-02-30', '31/12/2025', '0000-00-00', 'unknown']);
  const year = random.int(from, to);
  const month = year === 2026 ? random.int(1, 10) : random.int(1, 12);
  return `${year}-${pad(month, 2)}-${pad(random.int(1, 28), 2)}`;
}

function money(cents: number): string {
  return (cents / 100).toFixed(2);
}

function pad(number: number, digits: number): string {
  return String(number).padStart(digits, '0');
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
