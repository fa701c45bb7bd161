<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Marking {{ assignment_id }}: {{ current }}</title>
<link rel="stylesheet" href="{{ base_url }}/formgrader/static/node_modules/bootstrap/dist/css/bootstrap.min.css">
<link rel="stylesheet" href="{{ base_url }}/formgrader/static/css/nbgrader.css">
<link rel="stylesheet" href="{{ base_url }}/formgrader/marking_static/marking.css">
<style>{{ style | safe }}</style>
<script type="module" src="{{ base_url }}/formgrader/marking_static/marking.js"></script>
</head>
<body>
<div class="container-fluid">
<header class="row">
  <div class="col-md-2"><div class="page-header"><p class="h1">nbgrader</p></div></div>
  <div class="col-md-10"><div class="page-header"><h1>Manual Grading</h1></div></div>
</header>
<div class="row">
<nav class="col-md-2 pages" aria-label="formgrader">
  <ul class="nav nav-pills nav-stacked">
    <li><a href="{{ base_url }}/formgrader/manage_assignments">Manage Assignments</a></li>
    <li class="active"><a href="{{ base_url }}/formgrader/gradebook">Manual Grading</a></li>
    <li><a href="{{ base_url }}/formgrader/manage_students">Manage Students</a></li>
  </ul>
</nav>
<main class="col-md-10" id="marking" data-api="{{ api }}" data-submissions="{{ base_url }}/formgrader/submissions/">
  <ol class="breadcrumb">
    <li><a href="{{ base_url }}/formgrader/gradebook">Manual Grading</a></li>
    <li><a href="{{ base_url }}/formgrader/gradebook/{{ assignment_id | urlencode }}">{{ assignment_id }}</a></li>
    <li><a href="{{ base_url }}/formgrader/gradebook/{{ assignment_id | urlencode }}/{{ notebook_id | urlencode }}">{{ notebook_id }}</a></li>
    {% for question, address in questions %}
    {% if question.cell == current %}
    <li class="active" aria-current="page">{{ question.title }}</li>
    {% else %}
    <li><a href="{{ address }}">{{ question.title }}</a></li>
    {% endif %}
    {% endfor %}
  </ol>
  <div id="conflict" class="alert alert-warning" role="alert" hidden></div>
  <div id="trouble" class="alert alert-danger" role="alert" hidden></div>
  <div id="left" class="left">
    <div class="progress" aria-hidden="true"><div class="progress-bar progress-bar-success"></div></div>
    <p><span id="left-words">Loading the answers …</span></p>
  </div>
  <div id="work" class="row" hidden>
    <section class="col-sm-7" aria-label="The answer">
      <details><summary>What was asked</summary><div id="prompt" class="text"></div></details>
      <div class="panel panel-default">
        <div class="panel-heading"><h2 class="panel-title" id="which" tabindex="-1"></h2><span id="about"></span></div>
        <div class="panel-body text" id="answer"></div>
        <div class="panel-footer" id="whose"></div>
      </div>
      <details id="solution-part"><summary>Model answer</summary><div id="solution" class="text"></div></details>
      <details id="all"><summary>All answers</summary><div id="overview"></div></details>
    </section>
    <section class="col-sm-5 marking" aria-label="The mark">
      <div class="panel panel-primary">
        <div class="panel-heading"><h2 class="panel-title">Rubric</h2></div>
        <div id="criteria" class="list-group" role="group" aria-label="Criteria"></div>
        <div class="panel-body">
          <p id="no-rubric" hidden></p>
          <p class="points"><label for="points">Points</label>
            <input id="points" class="form-control" type="number" min="0" step="any" inputmode="decimal">
            <span id="of"></span>
            <span class="btn-group btn-group-sm" role="group" aria-label="All at once">
            <button type="button" class="btn btn-default" id="none">None</button>
            <button type="button" class="btn btn-default" id="full">Full</button>
            <button type="button" class="btn btn-default" id="back">Take back</button></span></p>
          <p id="note" class="alert alert-warning" hidden></p>
          <label for="comment">Comment for the student</label>
          <textarea id="comment" class="form-control" rows="3"></textarea>
          <p id="status" role="status"></p>
        </div>
        <div class="panel-footer steps">
          <button type="button" class="btn btn-default" id="previous">← Previous</button>
          <button type="button" class="btn btn-default" id="next">Next →</button>
          <button type="button" class="btn btn-primary" id="next-open">Next to be marked</button>
        </div>
      </div>
      <details id="keys"><summary>Keys</summary>
        <dl class="keys">
          <dt><kbd>1</kbd> … <kbd>9</kbd></dt><dd>a criterion is met, or not</dd>
          <dt><kbd>0</kbd> <kbd>a</kbd></dt><dd>none, all of them</dd>
          <dt><kbd>Enter</kbd> <kbd>n</kbd></dt><dd>next to be marked</dd>
          <dt><kbd>←</kbd> <kbd>→</kbd></dt><dd>previous, next answer</dd>
          <dt><kbd>r</kbd></dt><dd>the same mark as the last one given</dd>
          <dt><kbd>y</kbd></dt><dd>the mark still holds, though the answer has changed</dd>
          <dt><kbd>p</kbd> <kbd>c</kbd></dt><dd>to points, to the comment; <kbd>Esc</kbd> out of it</dd>
          <dt><kbd>u</kbd></dt><dd>take the mark back</dd>
        </dl>
      </details>
    </section>
  </div>
</main>
</div>
</div>
</body>
</html>
