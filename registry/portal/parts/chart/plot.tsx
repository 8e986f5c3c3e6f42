import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { useLanguage } from '../../i18n/language.js';
import { chartHeight, type ChartData, type Tone } from './chart.js';
import classes from './chart.module.css';

const tones: readonly Tone[] = ['brand', 'second', 'good', 'warn', 'bad', 'plain'];

/** A canvas knows no variables and no schemes: what the colours are at this moment, as `rgb(…)`. */
function colorsAt(element: HTMLElement): Record<Tone | 'line' | 'text', string> {
  const probe = element.appendChild(document.createElement('span'));
  const of = (name: string) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const byTone = Object.fromEntries(tones.map((tone) => [tone, of(`--chart-${tone}`)])) as Record<
    Tone,
    string
  >;
  const colors = { ...byTone, line: of('--gantry-line'), text: of('--mantine-color-dimmed') };
  probe.remove();
  return colors;
}

const faint = (rgb: string): string => rgb.replace(/^rgb\((.*)\)$/, 'rgba($1, 0.14)');

export function Plot({ atMs, series, write }: ChartData) {
  const { locale } = useLanguage();
  const scheme = useComputedColorScheme();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const colors = colorsAt(element);
    const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
    const font = '12px system-ui, sans-serif';
    const axis = {
      stroke: colors.text,
      font,
      grid: { stroke: colors.line, width: 1 },
      ticks: { show: false },
    };
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: chartHeight,
        legend: { show: false },
        cursor: { show: false },
        // Half of the last day's name stands right of it.
        padding: [8, 24, 0, 0],
        scales: { y: { range: (_plot, _low, high) => [0, high > 0 ? high * 1.05 : 1] } },
        axes: [
          {
            ...axis,
            size: 28,
            space: 64,
            values: (_plot, at) => at.map((seconds) => day.format(seconds * 1_000)),
          },
          { ...axis, size: 72, space: 40, values: (_plot, values) => values.map(write) },
        ],
        series: [
          {},
          ...series.map(({ label, tone }) => ({
            label,
            stroke: colors[tone],
            width: 2,
            points: { show: atMs.length < 3 },
            ...(series.length === 1 ? { fill: faint(colors[tone]) } : {}),
          })),
        ],
      },
      [atMs.map((at) => at / 1_000), ...series.map(({ values }) => [...values])],
      element,
    );
    const watch = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: chartHeight }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      plot.destroy();
    };
  }, [atMs, series, write, locale, scheme]);
  return <div ref={place} className={classes['plot']} aria-hidden />;
}
