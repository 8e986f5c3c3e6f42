import { Button, Text } from '@mantine/core';
import { IconCircle, IconCircleCheckFilled } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTexts } from '../../i18n/texts.js';
import { useTenantId } from '../../shell/scope.js';
import classes from './home.module.css';
import type { Step } from './queries.js';
import { Section } from './section.js';
import { texts } from './texts.js';

/** What comes first at a new integrator; each step ticks itself as soon as it is done, wherever that is. */
export function Steps({ steps }: { steps: readonly Step[] }) {
  const t = useTexts(texts);
  const next = steps.find(({ done }) => !done);
  return (
    <Section
      title={t('steps')}
      note={t('stepsDone', { done: steps.filter(({ done }) => done).length, total: steps.length })}
    >
      <ol className={classes['lines']}>
        {steps.map(({ step, done }) => (
          <li key={step} className={classes['line']}>
            {done ? (
              <IconCircleCheckFilled
                size={24}
                className={classes['done']}
                role="img"
                aria-label={t('done')}
              />
            ) : (
              <IconCircle size={24} className={classes['open']} role="img" aria-label={t('notDone')} />
            )}
            <div className={classes['words']}>
              <Text fw={600} size="sm" {...(done ? { c: 'dimmed' } : {})}>
                {t(step)}
              </Text>
              {!done && (
                <Text size="sm" c="dimmed">
                  {t(`${step}Why`)}
                </Text>
              )}
            </div>
            {step === next?.step && <StepButton step={step} />}
          </li>
        ))}
      </ol>
    </Section>
  );
}

function StepButton({ step }: { step: Step['step'] }) {
  const t = useTexts(texts);
  const tenantId = useTenantId();
  if (step === 'create_customer')
    return (
      <Button
        size="sm"
        renderRoot={(props) => (
          <Link to="/o/$tenantId/customers/new" params={{ tenantId }} search={{}} {...props} />
        )}
      >
        {t('createNow')}
      </Button>
    );
  if (step === 'bind_camera')
    return (
      <Button
        size="sm"
        renderRoot={(props) => (
          <Link to="/o/$tenantId/cameras" params={{ tenantId }} search={{ state: 'unassigned' }} {...props} />
        )}
      >
        {t('bindNow')}
      </Button>
    );
  return (
    <Button
      size="sm"
      renderRoot={(props) => (
        <Link to="/o/$tenantId/boxes" params={{ tenantId }} search={{ add: true }} {...props} />
      )}
    >
      {t('addNow')}
    </Button>
  );
}
