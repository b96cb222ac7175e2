import { useId } from 'react';
import type { Provider, ProviderType } from '@/api';
import { Button, SidePanel } from '@/ui';
import { messages } from '../messages';
import { CreateFields, useCreateForm } from './create-form';
import { Monogram } from './monogram';

type AddPanelProps = {
  type: ProviderType;
  onClose: () => void;
  onCreated: (provider: Provider) => void;
};

export function AddPanel({ type, onClose, onCreated }: AddPanelProps) {
  const id = useId();
  const state = useCreateForm(type, onCreated);
  return (
    <SidePanel
      open
      title={messages.addType(type.label)}
      leading={<Monogram label={type.label} small />}
      onClose={onClose}
      dirty={state.form.formState.isDirty}
      footer={
        <Button
          form={id}
          type="submit"
          variant="primary"
          busy={state.create.isPending}
          className="ml-auto"
        >
          {messages.create}
        </Button>
      }
    >
      <CreateFields id={id} type={type} state={state} />
    </SidePanel>
  );
}
