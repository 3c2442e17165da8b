"""A team's wall: what is open, who has it, what is late, and how the work grows.

    BACKLOG_URL=https://example.backlog.com BACKLOG_API_KEY=… python team.py

Each picture is one statement of SQL. They share what was fetched for a minute, so
the tracker is asked once for all of them.
"""

import os

import dash
import dash_daq as daq
import pandas as pd
import plotly.graph_objects as go
from dash import Input, Output, State, ctx, dcc, html

import trackql.backlog

CLOSED = 4  # the id of the status 完了 in every project
REFRESH = 60_000  # milliseconds
PLAIN = {"displayModeBar": False}

cnxn = trackql.backlog.connect(
    Url=os.environ["BACKLOG_URL"], ApiKey=os.environ["BACKLOG_API_KEY"], Cache="60s"
)

app = dash.Dash(__name__, title="チームボード", assets_ignore="article.*")


def read(sql: str, chosen: dict, *further: object) -> pd.DataFrame:
    """Run SQL over the issues that the filters leave, which it reads as `chosen`."""
    where, values = ["true"], []
    if chosen["project"]:
        where.append("ProjectKey = ?")
        values.append(chosen["project"])
    if chosen["milestone"]:
        where.append("list_contains(string_split(MilestoneNames, ', '), ?)")
        values.append(chosen["milestone"])
    text = f"WITH chosen AS (SELECT * FROM Issues WHERE {' AND '.join(where)}) {sql}"
    with cnxn.cursor() as cursor:
        return cursor.execute(text, [*values, *further]).fetch_df()


def milestones(project: str | None) -> list[str]:
    """Name the milestones of a project, or of all."""
    sql = "SELECT DISTINCT Name FROM ProjectVersionMilestones WHERE NOT Archived"
    with cnxn.cursor() as cursor:
        if project:
            cursor.execute(sql + " AND ProjectKey = ? ORDER BY Name", [project])
        else:
            cursor.execute(sql + " ORDER BY Name")
        return [name for (name,) in cursor.fetchall()]


def projects() -> list[dict]:
    """Name the projects, as a choice."""
    with cnxn.cursor() as cursor:
        cursor.execute("SELECT ProjectKey, Name FROM Projects WHERE NOT Archived ORDER BY DisplayOrder")
        return [{"value": key, "label": f"{key} {name}"} for key, name in cursor.fetchall()]


def figure(theme: str, title: str, *traces: go.Trace, **layout: object) -> go.Figure:
    """Draw traces in the theme."""
    dark = theme == "dark"
    return go.Figure(
        list(traces),
        go.Layout(
            template="plotly_dark" if dark else "plotly_white",
            title={"text": title, "font": {"size": 16}},
            font={"family": "Noto Sans CJK JP, Noto Sans JP, Hiragino Sans, sans-serif"},
            paper_bgcolor="rgba(0,0,0,0)",
            plot_bgcolor="rgba(0,0,0,0)",
            margin={"l": 48, "r": 16, "t": 48, "b": 40},
            legend={"orientation": "h", "y": -0.15},
            **layout,
        ),
    )


def by_status(chosen: dict, theme: str) -> go.Figure:
    rows = read(
        f"""SELECT StatusName, any_value(StatusColor) AS Color, count(*) AS Issues FROM chosen
        WHERE StatusId <> {CLOSED} GROUP BY StatusName ORDER BY min(StatusDisplayOrder), StatusName""",
        chosen,
    )
    bars = go.Bar(x=rows.StatusName, y=rows.Issues, marker_color=rows.Color, text=rows.Issues, name="件数")
    return figure(theme, "未完了の課題（状態別）", bars)


def by_assignee(chosen: dict, theme: str) -> go.Figure:
    rows = read(
        f"""SELECT coalesce(AssigneeName, '未割り当て') AS Assignee, StatusName, any_value(StatusColor) AS Color,
        count(*) AS Issues FROM chosen
        WHERE StatusId <> {CLOSED} GROUP BY Assignee, StatusName ORDER BY min(StatusDisplayOrder), StatusName""",
        chosen,
    )
    order = rows.groupby("Assignee").Issues.sum().sort_values().index.tolist()
    bars = [
        go.Bar(y=part.Assignee, x=part.Issues, name=status, orientation="h", marker_color=part.Color)
        for status, part in rows.groupby("StatusName", sort=False)
    ]
    return figure(
        theme, "未完了の課題（担当者別）", *bars, barmode="stack",
        yaxis={"categoryorder": "array", "categoryarray": order, "automargin": True},
    )


def burn_up(chosen: dict, theme: str) -> go.Figure:
    rows = read(
        f"""SELECT Week, (sum(sum(Opened)) OVER w)::BIGINT AS Opened, (sum(sum(Closed)) OVER w)::BIGINT AS Closed FROM (
            SELECT date_trunc('week', Created)::DATE AS Week, 1 AS Opened, 0 AS Closed FROM chosen
            UNION ALL
            SELECT date_trunc('week', Updated)::DATE, 0, 1 FROM chosen WHERE StatusId = {CLOSED}
        ) GROUP BY Week WINDOW w AS (ORDER BY Week) ORDER BY Week""",
        chosen,
    )
    return figure(
        theme, "バーンアップ（週別の累計）",
        go.Scatter(x=rows.Week, y=rows.Opened, name="登録", line={"color": "#4488c5"}),
        go.Scatter(x=rows.Week, y=rows.Closed, name="完了", line={"color": "#5eb5a6"}, fill="tozeroy"),
    )


def overdue(chosen: dict) -> list:
    rows = read(
        f"""SELECT IssueKey, Summary, coalesce(AssigneeName, '未割り当て') AS Assignee, StatusName, DueDate,
        date_diff('day', DueDate, current_date) AS Late FROM chosen
        WHERE StatusId <> {CLOSED} AND DueDate < current_date ORDER BY DueDate, IssueKey LIMIT 50""",
        chosen,
    )
    head = html.Tr([html.Th(name) for name in ("キー", "件名", "担当者", "状態", "期限日", "遅れ")])
    body = [
        html.Tr(
            [
                html.Td(html.Button(row.IssueKey, id={"issue": row.IssueKey}, className="key", n_clicks=0)),
                html.Td(row.Summary, className="summary"),
                html.Td(row.Assignee),
                html.Td(row.StatusName),
                html.Td(str(row.DueDate)[:10]),
                html.Td(f"{row.Late} 日", className="late"),
            ]
        )
        for row in rows.itertuples()
    ]
    return [html.Thead(head), html.Tbody(body)]


def totals(chosen: dict) -> tuple[int, int, int]:
    """Return how many issues there are, are closed, and are late."""
    rows = read(
        f"""SELECT count(*) AS Issues, count(*) FILTER (StatusId = {CLOSED}) AS Closed,
        count(*) FILTER (StatusId <> {CLOSED} AND DueDate < current_date) AS Late FROM chosen""",
        chosen,
    )
    return tuple(int(n) for n in rows.iloc[0])


def gauge(ident: str, label: str, color: str) -> daq.Gauge:
    return daq.Gauge(id=ident, label=label, min=0, max=100, value=0, units="%", showCurrentValue=True,
                     color=color, size=170)


def layout() -> html.Div:
    return html.Div(
        id="page",
        className="page light",
        children=[
            dcc.Interval(id="tick", interval=REFRESH),
            html.Header(
                [
                    html.H1("チームボード"),
                    dcc.Dropdown(id="project", options=projects(), placeholder="すべてのプロジェクト"),
                    dcc.Dropdown(id="milestone", placeholder="すべてのマイルストーン"),
                    html.Button("ダーク", id="theme", n_clicks=0),
                ]
            ),
            html.Main(
                [
                    html.Section([gauge("done", "完了率", "#5eb5a6"), gauge("late", "期限切れ率", "#ed8077"),
                                  html.P(id="totals")], className="gauges"),
                    html.Section(dcc.Graph(id="status", config=PLAIN)),
                    html.Section(dcc.Graph(id="assignee", config=PLAIN)),
                    html.Section(dcc.Graph(id="burnup", config=PLAIN)),
                    html.Section([html.H2("期限切れの課題"), html.Div(html.Table(id="overdue"), className="scroll")],
                                 className="wide"),
                    html.Section(id="issue", className="wide issue"),
                ]
            ),
        ],
    )


app.layout = layout


@app.callback(Output("milestone", "options"), Output("milestone", "value"), Input("project", "value"))
def choose(project: str | None) -> tuple[list[str], None]:
    return milestones(project), None


@app.callback(Output("page", "className"), Output("theme", "children"), Input("theme", "n_clicks"))
def switch(clicks: int) -> tuple[str, str]:
    return ("page dark", "ライト") if clicks % 2 else ("page light", "ダーク")


@app.callback(
    Output("status", "figure"), Output("assignee", "figure"), Output("burnup", "figure"),
    Output("overdue", "children"), Output("done", "value"), Output("late", "value"), Output("totals", "children"),
    Input("project", "value"), Input("milestone", "value"), Input("page", "className"), Input("tick", "n_intervals"),
)
def draw(project: str | None, milestone: str | None, page: str, _: int | None) -> tuple:
    chosen = {"project": project, "milestone": milestone}
    theme = "dark" if "dark" in page else "light"
    issues, closed, late = totals(chosen)
    still = issues - closed
    return (
        by_status(chosen, theme), by_assignee(chosen, theme), burn_up(chosen, theme), overdue(chosen),
        round(100 * closed / issues, 1) if issues else 0, round(100 * late / still, 1) if still else 0,
        f"全 {issues} 件、未完了 {still} 件、期限切れ {late} 件",
    )


@app.callback(
    Output("issue", "children"), Input({"issue": dash.ALL}, "n_clicks"), State("issue", "children"),
)
def show(clicks: list[int], present: list) -> list:
    if not ctx.triggered_id or not any(clicks):
        return present or html.P("課題のキーを押すと、内容がここに出ます。")
    with cnxn.cursor() as cursor:
        issue = cursor.execute(
            """SELECT IssueKey, Summary, Description, ProjectName, StatusName, PriorityName, IssueTypeName,
            coalesce(AssigneeName, '未割り当て') AS AssigneeName, StartDate, DueDate, MilestoneNames, Updated
            FROM Issues WHERE IssueKey = ?""",
            [ctx.triggered_id["issue"]],
        ).fetch_df()
    if issue.empty:
        return [html.P("この課題はもうありません。")]
    row = issue.iloc[0]
    facts = {
        "プロジェクト": row.ProjectName, "種別": row.IssueTypeName, "状態": row.StatusName, "優先度": row.PriorityName,
        "担当者": row.AssigneeName, "期限日": row.DueDate, "マイルストーン": row.MilestoneNames, "更新": row.Updated,
    }
    return [
        html.H2(f"{row.IssueKey}　{row.Summary}"),
        html.Dl([part for name, value in facts.items() if value is not None and not pd.isna(value)
                 for part in (html.Dt(name), html.Dd(str(value)))]),
        html.Pre(row.Description or ""),
    ]


if __name__ == "__main__":
    app.run(port=int(os.environ.get("PORT", "8050")))
