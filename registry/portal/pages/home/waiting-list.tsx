import { Anchor, Text } from '@mantine/core';
import { IconClock } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useFormats } from '../../i18n/formats.js';
import { useTexts } from '../../i18n/texts.js';
import { useTenantId } from '../../shell/scope.js';
import classes from './home.module.css';
import type { Waiting } from './queries.js';
import { Section } from './section.js';
import { texts } from './texts.js';

/** Boxes before which somebody stands: they want in, or were let in and have not been heard. */
export function WaitingList({ waiting }: { waiting: readonly Waiting[] }) {
  const t = useTexts(texts);
  const { ago } = useFormats();
  const tenantId = useTenantId();
  return (
    <Section title={t('waiting')}>
      <ul className={classes['lines']}>
        {waiting.map(({ kind, id, name, since }) => (
          <li key={id} className={classes['line']}>
            <IconClock size={20} stroke={1.7} className={classes['calm'] ?? ''} aria-hidden />
            <div className={classes['words']}>
              {kind === 'agent' ? (
                <Anchor size="sm" fw={600} href={`/setup/${id}`}>
                  {name}
                </Anchor>
              ) : (
                <Anchor
                  size="sm"
                  fw={600}
                  renderRoot={(props) => <Link to="/o/$tenantId/boxes" params={{ tenantId }} {...props} />}
                >
                  {name}
                </Anchor>
              )}
              <Text size="xs" c="dimmed">
                {t(kind === 'claim' ? 'waitsForApproval' : 'waitsToBeHeard', { ago: ago(since) })}
              </Text>
            </div>
          </li>
        ))}
      </ul>
    </Section>
  );
}
