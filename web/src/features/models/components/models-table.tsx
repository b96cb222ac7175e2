import { Pencil } from 'lucide-react';
import type { Model } from '@/api';
import { useChangeModel } from '@/features/providers';
import { cx, formatTokens, IconButton, Switch, Tag, toast } from '@/ui';
import { messages } from '../messages';
import { priceText } from '../model/facts';

type TableProps = { models: Model[]; canEdit: boolean; onEdit: (model: Model) => void };

const { columns } = messages;
const CELL = 'py-2 pr-4 align-middle';
const NUMBER = `${CELL} text-right tabular-nums whitespace-nowrap`;

export function ModelsTable({ models, canEdit, onEdit }: TableProps) {
  return (
    <table className="w-full border-collapse" aria-label={messages.label}>
      <thead className="meta text-left text-fg-3">
        <tr className="border-b border-line">
          {canEdit && <th className="w-12 py-2 font-medium">{columns.on}</th>}
          <th className="py-2 pr-4 font-medium">{columns.name}</th>
          <th className="py-2 pr-4 font-medium max-md:hidden">{columns.provider}</th>
          <th className="py-2 pr-4 text-right font-medium max-md:hidden">{columns.context}</th>
          <th className="py-2 pr-4 text-right font-medium">{columns.input}</th>
          <th className="py-2 pr-4 text-right font-medium">{columns.output}</th>
          <th className="py-2 pr-4 font-medium max-md:hidden">{columns.source}</th>
          {canEdit && (
            <th className="w-9">
              <span className="sr-only">{messages.edit('')}</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {models.map((model) => (
          <Row key={model.id} model={model} canEdit={canEdit} onEdit={onEdit} />
        ))}
      </tbody>
    </table>
  );
}

type RowProps = Omit<TableProps, 'models'> & { model: Model };

function Row({ model, canEdit, onEdit }: RowProps) {
  return (
    <tr className={cx('border-b border-line hover:bg-hover', !model.enabled && 'text-fg-3')}>
      {canEdit && (
        <td className={CELL}>
          <span className="flex">
            <UseSwitch model={model} />
          </span>
        </td>
      )}
      <td className={`${CELL} max-w-0 w-full`}>
        <span className="block truncate font-medium" title={model.name}>
          {model.name}
        </span>
        <span className="meta block truncate text-fg-3 md:hidden">
          {model.provider_name}, {messages.sources[model.price_source]}
        </span>
      </td>
      <td className={`${CELL} whitespace-nowrap text-fg-2 max-md:hidden`}>{model.provider_name}</td>
      <td className={`${NUMBER} text-fg-2 max-md:hidden`}>
        {model.context_window === null ? '–' : formatTokens(model.context_window)}
      </td>
      <td className={NUMBER}>{priceText(model.input_usd_micros_per_mtok)}</td>
      <td className={NUMBER}>{priceText(model.output_usd_micros_per_mtok)}</td>
      <td className={`${CELL} max-md:hidden`}>
        <Source model={model} />
      </td>
      {canEdit && (
        <td className="py-2">
          <IconButton
            size="sm"
            icon={Pencil}
            label={messages.edit(model.name)}
            onClick={() => onEdit(model)}
          />
        </td>
      )}
    </tr>
  );
}

function Source({ model }: { model: Model }) {
  const text = messages.sources[model.price_source];
  if (model.price_source === 'own') return <Tag>{text}</Tag>;
  if (model.price_source !== 'unknown')
    return <span className="meta text-fg-3 whitespace-nowrap">{text}</span>;
  return (
    <span className="meta text-warn-text" title={messages.unknownHint}>
      {text}
    </span>
  );
}

function UseSwitch({ model }: { model: Model }) {
  const change = useChangeModel();
  return (
    <Switch
      aria-label={messages.use(model.name)}
      checked={model.enabled}
      disabled={change.isPending}
      onCheckedChange={(enabled) =>
        change.mutate(
          { model, change: { enabled } },
          { onError: (error) => toast.error(`${messages.failed(model.name)} ${error.message}`) },
        )
      }
    />
  );
}
