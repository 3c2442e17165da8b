"""A team's wall: what is open, who has it, what is late, and how the work grows.

    BACKLOG_URL=https://example.backlog.com BACKLOG_API_KEY=… python team.py
    BACKLOG_URL=https://example.backlog.com BACKLOG_API_KEY=… gunicorn team:server

BACKLOG_TIMEZONE is Asia/Tokyo unless it is set, PORT is 8050. `pip install dash dash-daq`
has what this needs beside trackql.

Each picture is a statement of SQL about the same issues. What was fetched for one of
them answers the others for a minute, so the tracker is asked once for all.
"""

import datetime
import os
import sys
import zoneinfo
from typing import Any

import dash
import dash_daq as daq
import plotly.graph_objects as go
from dash import ALL, Input, Output, State, ctx, dcc, html, no_update

import trackql
import trackql.backlog

for name in ("BACKLOG_URL", "BACKLOG_API_KEY"):
    if not os.environ.get(name):
        sys.exit(f"{name} is not set: both BACKLOG_URL (as https://example.backlog.com) and BACKLOG_API_KEY are needed")
URL = os.environ["BACKLOG_URL"].rstrip("/")
ZONE = os.environ.get("BACKLOG_TIMEZONE", "Asia/Tokyo")
CLOSED = 4  # the id of the status 完了 in every project
REFRESH = 60_000  # milliseconds
SHOWN = 100  # rows of the table
NOBODY = "未割り当て"
NONE = "該当する課題はありません"
FONT = "Noto Sans CJK JP, Noto Sans JP, Hiragino Sans, Yu Gothic, sans-serif"
INK = {"light": "#1f2933", "dark": "#e6ebf0"}
LINE = {"light": "#e3e8ed", "dark": "#33404d"}
OPENED, DONE, LATE = "#4488c5", "#5eb5a6", "#ed8077"

cnxn = trackql.backlog.connect(Url=URL, ApiKey=os.environ["BACKLOG_API_KEY"], timezone=ZONE)


# What is read of the tracker. All of it raises trackql.Error where the tracker does not answer.


def query(sql: str, values: list[Any]) -> list[dict[str, Any]]:
    """Return the rows of a statement, each with its values by column."""
    with cnxn.cursor() as cursor:
        return cursor.execute(sql, values).fetch_arrow_table().to_pylist()


def read(sql: str, project: str | None, milestone: str | None, *further: str) -> list[dict[str, Any]]:
    """Return the rows of a statement over `chosen`: the issues that the two filters leave."""
    where, values = ["true"], []
    if project:
        where.append("ProjectKey = ?")
        values.append(project)
    if milestone:
        where.append("contains(', ' || MilestoneNames || ', ', ', ' || ? || ', ')")
        values.append(milestone)
    chosen = f"""SELECT IssueKey, Summary, StatusId, StatusName, StatusColor, StatusDisplayOrder,
        coalesce(AssigneeName, '{NOBODY}') AS Assignee, DueDate, Created, Updated
        FROM Issues WHERE {" AND ".join(where)}"""
    return query(f"WITH chosen AS ({chosen}) {sql}", [*values, *further])


def totals(*chosen: str | None) -> dict[str, int]:
    """Count the issues, those that are closed, and those that are late."""
    return read(
        f"""SELECT count(*) AS Issues, count(*) FILTER (StatusId = {CLOSED}) AS Closed,
        count(*) FILTER (StatusId <> {CLOSED} AND DueDate < current_date) AS Late FROM chosen""",
        *chosen,
    )[0]


def by_status(*chosen: str | None) -> list[dict[str, Any]]:
    """Count open issues by status, in the order of the workflow."""
    return read(
        f"""SELECT StatusName AS Status, min(StatusColor) AS Color, count(*) AS Issues FROM chosen
        WHERE StatusId <> {CLOSED} GROUP BY Status ORDER BY min(StatusDisplayOrder), Status""",
        *chosen,
    )


def by_assignee(*chosen: str | None) -> list[dict[str, Any]]:
    """Count open issues by status and assignee, in the order of the workflow."""
    return read(
        f"""SELECT Assignee, StatusName AS Status, count(*) AS Issues FROM chosen
        WHERE StatusId <> {CLOSED} GROUP BY ALL ORDER BY min(StatusDisplayOrder), Status, Assignee""",
        *chosen,
    )


def by_week(*chosen: str | None) -> list[dict[str, Any]]:
    """Add up what was opened and closed until each week.

    The tracker does not tell when an issue was closed: its last change stands for that.
    """
    return read(
        f"""SELECT Week, (sum(sum(Opened)) OVER weeks)::BIGINT AS Opened,
        (sum(sum(Closed)) OVER weeks)::BIGINT AS Closed FROM (
            SELECT date_trunc('week', Created)::DATE AS Week, 1 AS Opened, 0 AS Closed FROM chosen
            UNION ALL
            SELECT date_trunc('week', Updated)::DATE, 0, 1 FROM chosen WHERE StatusId = {CLOSED}
        ) GROUP BY Week WINDOW weeks AS (ORDER BY Week) ORDER BY Week""",
        *chosen,
    )


def listed(project: str | None, milestone: str | None, scope: str, picked: dict[str, str]) -> list[dict[str, Any]]:
    """List open issues, the most urgent first: the late ones, or all; of a status, of an assignee.

    `Total` is how many there are, where that is more than are listed.
    """
    where, values = [f"StatusId <> {CLOSED}"], []
    if scope == "late":
        where.append("DueDate < current_date")
    for column in ("StatusName", "Assignee"):
        if column in picked:
            where.append(f"{column} = ?")
            values.append(picked[column])
    return read(
        f"""SELECT IssueKey, Summary, Assignee, StatusName, StatusColor, DueDate,
        greatest(date_diff('day', DueDate, current_date), 0) AS Late, count(*) OVER () AS Total FROM chosen
        WHERE {" AND ".join(where)} ORDER BY DueDate NULLS LAST, IssueKey LIMIT {SHOWN}""",
        project,
        milestone,
        *values,
    )


def projects() -> list[dict[str, str]]:
    """Name the projects that are in use, as choices."""
    rows = query("SELECT ProjectKey, Name FROM Projects WHERE NOT Archived ORDER BY DisplayOrder, ProjectKey", [])
    return [{"value": row["ProjectKey"], "label": f"{row['ProjectKey']} {row['Name']}"} for row in rows]


def milestones(project: str | None) -> list[str]:
    """Name the milestones of a project, or of all, that are in use."""
    where = "NOT Archived AND ProjectKey = ?" if project else "NOT Archived"
    sql = f"SELECT DISTINCT Name FROM ProjectVersionMilestones WHERE {where} ORDER BY Name"
    return [row["Name"] for row in query(sql, [project] if project else [])]


# How it is drawn.


def figure(theme: str, rows: int, *traces: go.Trace, **layout: Any) -> go.Figure:
    """Draw traces in a theme; where there are no rows, say why."""
    drawn = go.Figure(
        list(traces),
        go.Layout(
            template="plotly_dark" if theme == "dark" else "plotly_white",
            font={"family": FONT, "color": INK[theme], "size": 13},
            paper_bgcolor="rgba(0,0,0,0)",
            plot_bgcolor="rgba(0,0,0,0)",
            margin={"l": 8, "r": 28, "t": 8, "b": 8},
            legend={"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom"},
            **layout,
        ),
    )
    drawn.update_xaxes(automargin=True, gridcolor=LINE[theme], zerolinecolor=LINE[theme])
    drawn.update_yaxes(automargin=True, gridcolor=LINE[theme], zerolinecolor=LINE[theme])
    if not rows:
        says = NONE if traces else "まだ読み込めていません"
        drawn.update_xaxes(visible=False).update_yaxes(visible=False)
        drawn.add_annotation(text=says, showarrow=False, xref="paper", yref="paper", x=0.5, y=0.5)
    return drawn


def rows_of(load: dict[str, int], theme: str) -> dict[str, Any]:
    """Return the layout of a row for each name, the first one on top, none left out, and numbers of issues below."""
    order = list(load)
    names = {"categoryorder": "array", "categoryarray": order[::-1], "dtick": 1, "ticksuffix": " ", "showgrid": False}
    thin = max(0.2, 1 - 0.1 * len(order))  # a bar of few is no higher than one of many
    height = max(340, 60 + 26 * len(order))
    return {"yaxis": names, "xaxis": counts(theme, max(load.values(), default=0)), "height": height, "bargap": thin}


def counts(theme: str, most: int) -> dict[str, Any]:
    """Return an axis of numbers of issues, which has no halves of them."""
    whole = {"dtick": 1} if most < 5 else {}
    return {"rangemode": "tozero", "tickformat": ",d", "minallowed": 0, "gridcolor": LINE[theme], **whole}


def faded(labels: list[str], picked: str | None) -> list[float]:
    """Return the opacity of bars: all but the picked one stand back."""
    return [1.0 if picked in (None, label) else 0.3 for label in labels]


def draw_status(rows: list[dict], theme: str, picked: str | None) -> go.Figure:
    """Draw open issues by status, in the tracker's own colours."""
    labels = [row["Status"] for row in rows]
    bars = go.Bar(
        y=labels,
        x=[row["Issues"] for row in rows],
        text=[row["Issues"] for row in rows],
        orientation="h",
        marker={"color": [row["Color"] for row in rows], "opacity": faded(labels, picked)},
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}：%{x} 件<extra></extra>",
    )
    return figure(theme, len(rows), bars, **rows_of(dict(zip(labels, bars.x, strict=True)), theme))


def draw_assignee(rows: list[dict], colors: dict[str, str], theme: str, picked: str | None) -> go.Figure:
    """Draw open issues by assignee, who has most on top, in the colours of their statuses."""
    load: dict[str, int] = {}
    parts: dict[str, list[dict]] = {}
    for row in rows:
        load[row["Assignee"]] = load.get(row["Assignee"], 0) + row["Issues"]
        parts.setdefault(row["Status"], []).append(row)
    load = dict(sorted(load.items(), key=lambda item: (-item[1], item[0])))
    bars = [
        go.Bar(
            y=[row["Assignee"] for row in part],
            x=[row["Issues"] for row in part],
            name=status,
            orientation="h",
            marker={"color": colors.get(status), "opacity": faded([row["Assignee"] for row in part], picked)},
            hovertemplate="%{y}　%{fullData.name}：%{x} 件<extra></extra>",
        )
        for status, part in parts.items()
    ]
    sums = [
        {"x": load[name], "y": name, "text": load[name], "xanchor": "left", "xshift": 2, "showarrow": False}
        for name in load
    ]
    bars = bars or [go.Bar()]
    return figure(theme, len(load), *bars, barmode="stack", showlegend=False, annotations=sums, **rows_of(load, theme))


def legend(colors: dict[str, str]) -> list[html.Span]:
    """Say which colour is which status."""
    return [html.Span([dot(color), status]) for status, color in colors.items()]


def dot(color: str) -> html.I:
    """Return a dot in the colour of a status."""
    return html.I(style={"background": color})


def draw_weeks(rows: list[dict], theme: str) -> go.Figure:
    """Draw how what was opened and what was closed add up."""
    weeks = [row["Week"] for row in rows]
    lines = [
        go.Scatter(
            x=weeks,
            y=[row[column] for row in rows],
            name=name,
            mode="lines",
            line={"color": color},
            fill=fill,
            hovertemplate="%{y} 件<extra>" + name + "</extra>",
        )
        for column, name, color, fill in (
            ("Opened", "登録", OPENED, "none"),
            ("Closed", "完了（最終更新の週）", DONE, "tozeroy"),
        )
    ]
    most = max((row["Opened"] for row in rows), default=0)
    # The ticks keep the first date away from the zero beside it.
    dates = {"tickformat": "%Y/%-m", "hoverformat": "%Y/%-m/%-d の週", "ticks": "outside", "ticklen": 8}
    dates["tickcolor"] = LINE[theme]
    return figure(theme, len(rows), *lines, hovermode="x unified", xaxis=dates, yaxis=counts(theme, most))


def table(rows: list[dict]) -> list:
    """Lay issues out as a table; each key leads to its issue."""
    head = html.Tr([html.Th(name) for name in ("キー", "件名", "担当者", "状態", "期限日", "遅れ")])
    body = [
        html.Tr(
            [
                html.Td(html.A(row["IssueKey"], href=f"#{row['IssueKey']}", className="key")),
                html.Td(row["Summary"], className="summary"),
                html.Td(row["Assignee"], className="assignee"),
                html.Td([dot(row["StatusColor"]), row["StatusName"]], className="state"),
                html.Td(str(row["DueDate"] or "なし"), className="due"),
                html.Td(f"{row['Late']} 日" if row["Late"] else "", className="late"),
            ]
        )
        for row in rows
    ]
    nothing = [html.Tr(html.Td(NONE, colSpan=6, className="none"))]
    return [html.Thead(head), html.Tbody(body or nothing)]


def gauge(ident: str, label: str, color: str) -> daq.Gauge:
    """Return a gauge of per cent."""
    return daq.Gauge(
        id=ident,
        label=label,
        min=0,
        max=100,
        value=0,
        units="%",
        showCurrentValue=True,
        color=color,
        size=180,
        scale={"start": 0, "interval": 25},
    )


def chooser(ident: str, everything: str) -> dcc.Dropdown:
    """Return a filter that the browser remembers."""
    labels = {"search": "検索", "clear_search": "検索を消す", "clear_selection": "選択を消す"}
    return dcc.Dropdown(
        id=ident, placeholder=everything, persistence=True, labels={**labels, "no_options_found": "ありません"}
    )


def switch(ident: str, first: tuple[str, str], second: tuple[str, str]) -> dcc.RadioItems:
    """Return a choice of two that the browser remembers; each has a value and a label."""
    options = [{"value": value, "label": label} for value, label in (first, second)]
    return dcc.RadioItems(options, first[0], id=ident, className="switch", inline=True, persistence=True)


def chart(ident: str, title: str, *below: Any) -> html.Section:
    """Return a card with a chart, before it is drawn."""
    graph = dcc.Graph(id=ident, config={"displayModeBar": False})
    return html.Section([html.H2(title), html.Div(graph, className="chart"), *below])


def header() -> html.Header:
    """Return the filters, and how the page looks."""
    return html.Header(
        [
            html.H1("チームボード"),
            html.Span(id="at"),
            chooser("project", "すべてのプロジェクト"),
            chooser("milestone", "すべてのマイルストーン"),
            switch("theme", ("light", "ライト"), ("dark", "ダーク")),
        ]
    )


def cards() -> html.Main:
    """Return the six pictures, before they are drawn."""
    gauges = html.Div([gauge("done", "完了率", DONE), gauge("late", "期限切れ率", LATE)], className="gauges")
    scope = switch("scope", ("late", "期限切れ"), ("open", "未完了すべて"))
    bar = html.Div([html.H2("課題", id="heading"), html.Div(id="chips"), scope], className="bar")
    return html.Main(
        [
            html.Section([html.H2("進み具合"), gauges, html.Dl(id="totals", className="totals")]),
            chart("status", "未完了の課題（状態別）"),
            chart("assignee", "未完了の課題（担当者別）", html.Div(id="legend")),
            chart("burnup", "バーンアップ（週別の累計）"),
            html.Section([bar, html.Div(html.Table(id="table"), className="scroll")], className="wide"),
        ]
    )


def layout() -> html.Div:
    """Return the page, before anything is read."""
    kept = [dcc.Store(id="numbers"), dcc.Store(id="picked", data={})]
    unseen = [dcc.Interval(id="tick", interval=REFRESH), dcc.Location(id="where", refresh=False), *kept]
    close = html.Button("閉じる", id="close", n_clicks=0)
    panel = html.Aside([close, html.Div(id="issue")], id="panel", className="panel", hidden=True)
    says = html.Div(id="error", role="alert")
    return html.Div([*unseen, header(), says, cards(), panel], id="page", className="page light")


# What happens on the page.


def report(error: Exception) -> None:
    """Say on the page that the tracker does not answer; what was drawn before stays, with its time above it."""
    if not isinstance(error, trackql.Error):
        raise error
    says = "Backlog から読み込めません。1 分ごとにもう一度試します。"
    dash.set_props("error", {"children": [html.P(says), html.Details([html.Summary("詳細"), html.Pre(str(error))])]})


app = dash.Dash(__name__, title="チームボード", update_title=None, assets_ignore="article.*", on_error=report)
app.index_string = app.index_string.replace("<html>", '<html lang="ja">')
app.layout = layout
server = app.server


@app.callback(
    Output("project", "options"),
    Output("milestone", "options"),
    Output("milestone", "value"),
    Input("project", "value"),
    Input("tick", "n_intervals"),
    State("milestone", "value"),
)
def choices(project: str | None, _: int | None, milestone: str | None) -> tuple:
    """Offer the projects, and the milestones of the chosen one."""
    found = milestones(project)
    return projects(), found, milestone if milestone in found else None


@app.callback(
    Output("numbers", "data"),
    Output("at", "children"),
    Output("error", "children"),
    Input("project", "value"),
    Input("milestone", "value"),
    Input("tick", "n_intervals"),
)
def load(project: str | None, milestone: str | None, _: int | None) -> tuple:
    """Read all numbers of the pictures."""
    chosen = (project, milestone)
    now = datetime.datetime.now(zoneinfo.ZoneInfo(ZONE))
    numbers = {
        "totals": totals(*chosen),
        "status": by_status(*chosen),
        "assignee": by_assignee(*chosen),
        "weeks": by_week(*chosen),
        "at": now.isoformat(),
    }
    return numbers, f"{now:%H:%M} 現在", None


@app.callback(Output("page", "className"), Input("theme", "value"))
def dress(theme: str) -> str:
    """Put the page into its theme."""
    return f"page {theme}"


@app.callback(
    Output("status", "figure"),
    Output("assignee", "figure"),
    Output("burnup", "figure"),
    Output("legend", "children"),
    Input("numbers", "data"),
    Input("theme", "value"),
    Input("picked", "data"),
)
def draw(numbers: dict | None, theme: str, picked: dict[str, str]) -> tuple:
    """Draw the three charts; nothing is read for that."""
    if numbers is None:
        bars = figure(theme, 0, **rows_of({}, theme))
        return bars, bars, figure(theme, 0), None
    colors = {row["Status"]: row["Color"] for row in numbers["status"]}
    return (
        draw_status(numbers["status"], theme, picked.get("StatusName")),
        draw_assignee(numbers["assignee"], colors, theme, picked.get("Assignee")),
        draw_weeks(numbers["weeks"], theme),
        legend(colors),
    )


@app.callback(
    Output("done", "value"),
    Output("late", "value"),
    Output("totals", "children"),
    Input("numbers", "data"),
    prevent_initial_call=True,
)
def measure(numbers: dict) -> tuple[float, float, list]:
    """Set the gauges, and the numbers below them."""
    sums = numbers["totals"]
    still = sums["Issues"] - sums["Closed"]
    told = {"全課題": sums["Issues"], "未完了": still, "期限切れ": sums["Late"]}
    return (
        round(100 * sums["Closed"] / max(sums["Issues"], 1), 1),
        round(100 * sums["Late"] / max(still, 1), 1),
        [html.Div([html.Dt(name), html.Dd([f"{number:,}", html.Small(" 件")])]) for name, number in told.items()],
    )


@app.callback(
    Output("picked", "data"),
    Output("status", "clickData"),
    Output("assignee", "clickData"),
    Input("status", "clickData"),
    Input("assignee", "clickData"),
    Input({"chip": ALL}, "n_clicks"),
    State("picked", "data"),
    prevent_initial_call=True,
)
def pick(status: dict | None, assignee: dict | None, chips: list[int], picked: dict[str, str]) -> tuple:
    """Pick the bar that was clicked; a second click on it, or one on its chip, lets go of it."""
    if status:
        column, label = "StatusName", status["points"][0]["y"]
    elif assignee:
        column, label = "Assignee", assignee["points"][0]["y"]
    elif any(chips):
        column = ctx.triggered_id["chip"]
        label = picked.get(column)
    else:
        return no_update, no_update, no_update
    rest = {name: value for name, value in picked.items() if name != column}
    return rest if picked.get(column) == label else {**rest, column: label}, None, None


@app.callback(
    Output("table", "children"),
    Output("heading", "children"),
    Output("chips", "children"),
    Input("numbers", "data"),
    Input("picked", "data"),
    Input("scope", "value"),
    State("project", "value"),
    State("milestone", "value"),
    prevent_initial_call=True,
)
def list_issues(_: dict, picked: dict[str, str], scope: str, project: str | None, milestone: str | None) -> tuple:
    """Fill the table."""
    rows = listed(project, milestone, scope, picked)
    total = rows[0]["Total"] if rows else 0
    title = f"{'期限切れ' if scope == 'late' else '未完了'}の課題　{total:,} 件"
    if total > len(rows):
        title += f"（はじめの {len(rows)} 件）"
    labels = {"StatusName": "状態", "Assignee": "担当者"}
    chips = [
        html.Button(f"{labels[column]}：{value} ✕", id={"chip": column}, n_clicks=0, title="絞り込みをやめる")
        for column, value in picked.items()
    ]
    return table(rows), title, chips


@app.callback(Output("where", "hash"), Input("close", "n_clicks"), prevent_initial_call=True)
def close(_: int) -> str:
    """Leave the issue that is shown."""
    return ""


@app.callback(Output("issue", "children"), Output("panel", "hidden"), Input("where", "hash"))
def show(where: str) -> tuple:
    """Show the issue whose key the address ends with: such an address can be sent, and Back leaves the issue."""
    key = where.removeprefix("#")
    if not key:
        return no_update, True
    found = query(
        f"""SELECT Summary, Description, ProjectName AS プロジェクト, IssueTypeName AS 種別, StatusName AS 状態,
        PriorityName AS 優先度, coalesce(AssigneeName, '{NOBODY}') AS 担当者, StartDate AS 開始日, DueDate AS 期限日,
        MilestoneNames AS マイルストーン, strftime(Created, '%Y-%m-%d %H:%M') AS 登録,
        strftime(Updated, '%Y-%m-%d %H:%M') AS 更新 FROM Issues WHERE IssueKey = ?""",
        [key],
    )
    if not found:
        return [html.H2(key), html.P("この課題は見つかりません。")], False
    summary, description = found[0].pop("Summary"), found[0].pop("Description")
    facts = [(html.Dt(name), html.Dd(str(value))) for name, value in found[0].items() if value]
    link = html.A("Backlog で開く", href=f"{URL}/view/{key}", target="_blank", rel="noreferrer")
    content = [html.H2(f"{key}　{summary}"), link, html.Dl([part for fact in facts for part in fact])]
    return [*content, html.Pre(description or "（詳細はありません）")], False


if __name__ == "__main__":
    app.run(port=int(os.environ.get("PORT", "8050")))
