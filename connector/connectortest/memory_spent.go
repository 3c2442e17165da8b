package connectortest

import (
	"context"

	"github.com/trackql/trackql/connector"
)

// Spent tells how many pages, counts and groupings a statement asked for.
func (m *Memory) Spent(_ context.Context, statement string) (connector.Spending, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if sum := m.spent[statement]; sum != nil {
		return *sum, nil
	}
	return connector.Spending{}, nil
}

// spend notes a request of a statement, or refuses it.
func (m *Memory) spend(statement string, most int64, add func(sum *connector.Spending)) error {
	if statement == "" {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	sum := m.spent[statement]
	if sum == nil {
		sum = new(connector.Spending)
		m.spent[statement] = sum
	}
	if most != 0 && sum.Requests() >= most {
		return connector.Exhausted(max(0, most))
	}
	add(sum)
	return nil
}
