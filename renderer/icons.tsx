/** The window's signs, drawn on a grid of 16 in the colour of the text around them. */
const PATHS = {
  run: 'M5 3.2v9.6l8-4.8z',
  pause: 'M4.5 3.5h2.4v9H4.5zM9.1 3.5h2.4v9H9.1z',
  stop: 'M4 4h8v8H4z',
  undo: 'M6.5 3 3 6.5 6.5 10M3.4 6.5H10a3 3 0 0 1 0 6H7',
  redo: 'M9.5 3 13 6.5 9.5 10M12.6 6.5H6a3 3 0 0 0 0 6h3',
  layout: 'M2.5 3h4v3.5h-4zM9.5 2.5h4V6h-4zM9.5 10h4v3.5h-4zM6.5 4.7h3M8 4.7v7h1.5',
  search: 'M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zM10.4 10.4 14 14',
  export: 'M8 2.5v7M5 6.8 8 9.8l3-3M3 12.8h10',
  plus: 'M8 3.5v9M3.5 8h9',
  minus: 'M3.5 8h9',
  fit: 'M3 6V3h3M10 3h3v3M13 10v3h-3M6 13H3v-3',
  path: 'M2.5 12.5 6 7l3.5 3 4-6.5',
  close: 'M4 4l8 8M12 4l-8 8',
  down: 'M4 6.2 8 10l4-3.8',
  file_reader: 'M4 2.5h5l3 3v8H4zM9 2.5v3h3M6 8.5h4M6 11h4',
  file_writer: 'M3 13h10M4 10.5 10.8 3.7l1.8 1.8L5.8 12.3 3.6 12.8z',
  query_data: 'M2.5 3.5h11v9h-11zM2.5 6.5h11M6.5 6.5v6M2.5 9.5h11',
  web_search:
    'M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zM2.5 8h11M8 2.5c3.4 3.4 3.4 7.600 0 11M8 2.500c-3.400 3.400-3.400 7.600 0 11',
  performance_monitor:
    'M8 3a5.500 5.500 0 0 1 5.500 5.500c0 1.600-.6 3-1.600 4H4.100a5.500 5.500 0 0 1 3.900-9.500zM8 8.700l2.500-2.700',
  shared_resource_pool:
    'M3 4.500c0-1 2.200-1.800 5-1.800s5 .8 5 1.800-2.200 1.800-5 1.800-5-.8-5-1.800zM3 4.500v7c0 1 2.200 1.800 5 1.800s5-.8 5-1.800v-7M3 8c0 1 2.200 1.800 5 1.800S13 9 13 8',
  pool: 'M3 3h4.200v4.200H3zM8.800 3H13v4.200H8.800zM3 8.800h4.200V13H3zM8.800 8.800H13V13H8.800z',
} as const;
export type IconName = keyof typeof PATHS;
const FILLED: ReadonlySet<IconName> = new Set(['run', 'pause', 'stop']);

export function Icon({ name }: { name: IconName }) {
  const paint = FILLED.has(name) ? { fill: 'currentColor' } : { fill: 'none', stroke: 'currentColor' };
  return (
    <svg
      aria-hidden="true"
      width="14"
      height="14"
      viewBox="0 0 16 16"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      {...paint}
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
