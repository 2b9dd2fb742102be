// Figures as Markdown.

export const percentile = (values, share) => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * share)];

export const largest = (values) => Math.max(...values);

const cell = (value) => (typeof value === 'number' ? value.toFixed(1) : value);

export function table(title, columns, rows) {
  console.log(`\n### ${title}\n\n| ${columns.join(' | ')} |\n|${'---|'.repeat(columns.length)}`);
  for (const row of rows) console.log(`| ${row.map(cell).join(' | ')} |`);
}
