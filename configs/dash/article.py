import os
import dash
from dash import dcc
from dash import html
import pandas as pd
import trackql.backlog as mod
import plotly.graph_objs as go

cnxn = mod.connect("ApiKey=YOUR_API_KEY;Url=https://yourURL.backlog.com;")

df = pd.read_sql("SELECT Id, ProjectID FROM Issues WHERE Id = '1'", cnxn)
app_name = 'dash-backlogdataplot'

external_stylesheets = ['/assets/article.css']

app = dash.Dash(__name__, external_stylesheets=external_stylesheets)
app.title = 'CData + Dash'
trace = go.Bar(x=df.Id, y=df.ProjectID, name='Id')

app.layout = html.Div(children=[html.H1("CData Extention + Dash", style={'textAlign': 'center'}),
	dcc.Graph(
		id='example-graph',
		figure={
			'data': [trace],
			'layout':
			go.Layout(barmode='stack')
		})
], className="container")

if __name__ == '__main__':
    app.run(debug=True)
