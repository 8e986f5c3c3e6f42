import { Skeleton, Text } from '@mantine/core';
import { lazy, Suspense, useId } from 'react';
import classes from './chart.module.css';

const Plot = lazy(async () => ({ default: (await import('./plot.js')).Plot }));

/** Colours that can be told apart, also by those who see few, in the order of their use. */
export type Tone = 'brand' | 'second' | 'good' | 'warn' | 'bad' | 'plain';

export interface Series {
  label: string;
  tone: Tone;
  /** One for each point; null: nothing is known. */
  values: readonly (number | null)[];
}

export interface ChartData {
  /** Begin of each point, epoch milliseconds, in order. */
  atMs: readonly number[];
  series: readonly Series[];
  /** A value as it stands at the axis and in the legend. */
  write: (value: number) => string;
}

export const chartHeight = 180;

/** Values over time. The library comes with the first chart; whoever shows one also offers a table. */
export function Chart({ title, sum, ...data }: ChartData & { title: string; sum: string }) {
  const id = useId();
  return (
    <figure className={classes['chart']} aria-labelledby={id}>
      <figcaption className={classes['caption']}>
        <Text fw={600} size="sm" id={id}>
          {title}
        </Text>
        <Text size="sm" c="dimmed">
          {sum}
        </Text>
      </figcaption>
      <Suspense fallback={<Skeleton height={chartHeight} />}>
        <Plot {...data} />
      </Suspense>
      {data.series.length > 1 && (
        <ul className={classes['legend']}>
          {data.series.map(({ label, tone }) => (
            <li key={label} data-tone={tone}>
              {label}
            </li>
          ))}
        </ul>
      )}
    </figure>
  );
}
