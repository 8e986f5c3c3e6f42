import { Button, Group, Text, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { answer, api } from '../../api/client.js';
import type { BrandColor } from '../../api/schema.js';
import { useTexts } from '../../i18n/texts.js';
import classes from './settings.module.css';
import { texts } from './texts.js';

const isColor = (text: string): boolean => /^#[0-9a-f]{6}$/i.test(text);

/** What becomes of a colour; the registry reckons it, as it does when the colour is kept. */
export const useBrandColor = (color: string): BrandColor | undefined =>
  useQuery({
    queryKey: ['brand-color', color.toLowerCase()],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/branding/colors', { params: { query: { color: color.slice(1) } }, signal })),
    enabled: isColor(color),
    staleTime: Infinity,
    placeholderData: keepPreviousData,
  }).data;

/** A colour by its number or from a palette, with its contrast and, where that is too low, the nearest that reads. */
export function ColorField({
  value,
  inherited,
  tried,
  error,
  onChange,
}: {
  value: string;
  inherited: string;
  /** Of the value, else of what is inherited. */
  tried: BrandColor | undefined;
  error: string | null;
  onChange: (color: string) => void;
}) {
  const t = useTexts(texts);
  return (
    <div>
      <Group align="end" gap="xs" wrap="nowrap">
        <TextInput
          className={classes['grow'] ?? ''}
          label={t('primaryColor')}
          placeholder={inherited}
          maxLength={7}
          spellCheck={false}
          autoComplete="off"
          value={value}
          error={error}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
        <input
          type="color"
          className={classes['palette']}
          aria-label={t('palette')}
          value={isColor(value) ? value : inherited}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      </Group>
      {tried !== undefined && <Contrast tried={tried} onChange={onChange} />}
    </div>
  );
}

function Contrast({ tried, onChange }: { tried: BrandColor; onChange: (color: string) => void }) {
  const t = useTexts(texts);
  const ratio = `${tried.contrast.toFixed(1)}:1`;
  if (tried.readable) {
    return (
      <Text size="sm" mt={6} className={classes['verdict'] ?? ''} role="status">
        <IconCheck size={16} aria-hidden /> {t('readable', { ratio })}
      </Text>
    );
  }
  return (
    <Group gap="xs" mt={6} role="status">
      <Text size="sm" className={classes['verdict'] ?? ''} data-bad>
        <IconAlertTriangle size={16} aria-hidden /> {t('unreadable', { ratio })}
      </Text>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<span className={classes['swatch']} style={{ background: tried.nearest }} />}
        onClick={() => onChange(tried.nearest)}
      >
        {t('takeNearest', { color: tried.nearest })}
      </Button>
    </Group>
  );
}
