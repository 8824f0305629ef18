# A script in the form of RCrewAI that creates the crew of examples/concurrent_processing.
require 'rcrewai'

RCrewAI.configure do |config|
  config.llm_provider = :openai
  config.temperature = 0.4
  config.max_concurrent_tasks = 6 # more than the lanes of a small machine
  config.task_timeout = 240
end

class Monitor < RCrewAI::Tools::Base
  def initialize(**options)
    super
    @name = 'performance_monitor'
    @log = {}
  end

  def execute(**params)
    case params[:action]
    when 'log' then @log[params[:task]] ||= "logged #{params[:task]}"
    else "unknown: #{params[:action]}"
    end
  end
end

class Pool < RCrewAI::Tools::Base
  def initialize(**options)
    super
    @name = 'shared_resource_pool'
  end
end

agent_1 = RCrewAI::Agent.new(
  name: "performance_optimizer",
  role: "System performance specialist",
  goal: "Watch and improve how the crew uses its slots, resources and time",
  backstory: "You tune concurrent systems. You look for the one bottleneck that slows everything else down, and you give work to agents that are free.",
  tools: [
    Monitor.new,
    Pool.new,
    RCrewAI::Tools::FileWriter.new
  ],
  manager: true,
  allow_delegation: true,
  verbose: true
)

agent_2 = RCrewAI::Agent.new(
  name: "async_coordinator",
  role: "Concurrent execution coordinator",
  goal: "Keep parallel work flowing, and report where it was blocked",
  backstory: "You have led control rooms. You trust measurements more than opinions, and you know how queues behave.",
  tools: [
    Monitor.new,
    Pool.new,
    RCrewAI::Tools::FileWriter.new
  ],
  verbose: true
)

agent_3 = RCrewAI::Agent.new(
  name: "data_processing_specialist",
  role: "High-volume data processing expert",
  goal: "Turn large raw tables into clean, checked figures, quickly",
  backstory: "You have cleaned countless tables. You never trust a column before you have counted its gaps, duplicates and outliers.",
  tools: [
    Monitor.new,
    Pool.new,
    RCrewAI::Tools::FileReader.new,
    RCrewAI::Tools::FileWriter.new
  ],
  verbose: true
)

agent_4 = RCrewAI::Agent.new(
  name: "content_generator",
  role: "Parallel content creation specialist",
  goal: "Write several pieces of content in parallel, in one consistent voice",
  backstory: "You write for busy readers: a clear first line, one idea per paragraph, and an example that they can try today.",
  tools: [
    Monitor.new,
    RCrewAI::Tools::WebSearch.new,
    RCrewAI::Tools::FileWriter.new
  ],
  verbose: true
)

agent_5 = RCrewAI::Agent.new(
  name: "analysis_engine",
  role: "Concurrent analysis specialist",
  goal: "Answer several business questions in parallel, each from the data",
  backstory: "You start with the question, then write the query, then read the figure, and only then draw a conclusion. You never claim what the data does not show.",
  tools: [
    Monitor.new,
    Pool.new,
    RCrewAI::Tools::FileReader.new,
    RCrewAI::Tools::FileWriter.new
  ],
  verbose: true
)

agent_6 = RCrewAI::Agent.new(
  name: "quality_assurance_specialist",
  role: "Concurrent quality control expert",
  goal: "Check every result of the crew against the data and against the other results",
  backstory: "You are friendly and hard to convince. Each of your checks has a name, a clear condition and a recorded outcome.",
  tools: [
    Monitor.new,
    RCrewAI::Tools::FileReader.new,
    RCrewAI::Tools::FileWriter.new
  ],
  verbose: true
)

team = RCrewAI::Crew.new("concurrent_processing_crew", process: :hierarchical)

team.add_agent(agent_1)
team.add_agent(agent_2)
team.add_agent(agent_3)
team.add_agent(agent_4)
team.add_agent(agent_5)
team.add_agent(agent_6)

task_1 = RCrewAI::Task.new(
  name: "customer_data_processing",
  description: "Process customers.csv: about 10,000 customer records with location, segment and product usage. Hold the shared resource \"database\" while you query. Count the records, the duplicates, the gaps in each column and the invalid dates. Provide the figures that later analyses need: customers by country and by segment, age, sessions and support tickets. Write them to data/customer_profile.md and log a milestone when the data is clean.",
  expected_output: "Customer figures with the number of errors found and corrected, ready for analysis",
  agent: agent_3,
  async: true
)

task_2 = RCrewAI::Task.new(
  name: "transaction_data_processing",
  description: "Process transactions.csv: about 50,000 transactions over several periods. Hold the shared resource \"database\" while you query. Sum the amounts by month, channel and status, find the outliers and the transactions whose customer does not exist, and describe notable patterns. Write the summary to data/transaction_summary.md and log a milestone when the sums match.",
  expected_output: "Aggregated transactions with patterns, outliers and financial figures",
  agent: agent_3,
  async: true
)

task_3 = RCrewAI::Task.new(
  name: "product_data_processing",
  description: "Process products.csv: the complete catalog with prices, stock and ratings. Hold the shared resource \"database\" while you query. Report products, stock and margins by category, products that are out of stock or must be reordered, and implausible prices. Write it to data/product_overview.md and log a milestone when it is done.",
  expected_output: "Figures on stock, prices and ratings by category, with the products that need attention",
  agent: agent_3,
  async: true
)

task_4 = RCrewAI::Task.new(
  name: "blog_content_creation",
  description: "Write a blog post of 2,000 words or more on how businesses use AI for automation: what is new, examples to try, where experts disagree, and what to do next week. Search the web for recent developments. Write the post and its parts (outline, search keywords, summary, teasers; 10 files) below content/blog/.",
  expected_output: "A complete blog post with sources, practical examples and search keywords",
  agent: agent_4,
  async: true
)

task_5 = RCrewAI::Task.new(
  name: "social_media_content_creation",
  description: "Write a package of posts for LinkedIn, Twitter and Facebook: one file for each post (20 files) below content/social/, a calendar for 30 days, ideas for engagement, and suggestions for pictures.",
  expected_output: "Posts for three platforms, with a 30-day calendar and an engagement plan",
  agent: agent_4,
  async: true
)

task_6 = RCrewAI::Task.new(
  name: "email_campaign_creation",
  description: "Write email campaigns: a welcome series, a follow-up series and promotions, one file for each email (20 files) below content/email/, with A/B tests and personalization.",
  expected_output: "Email series with timing, tests and personalization",
  agent: agent_4,
  async: true
)

task_7 = RCrewAI::Task.new(
  name: "market_trend_analysis",
  description: "Analyze the market trends for AI and automation, based on the processed customer and transaction data in customers.csv and transactions.csv and on the web: competitors, prices, opportunities, growth. Give recommendations, and name the figure that supports each one. Write it to analysis/market_trends.md.",
  expected_output: "Market trends with competitors, and recommendations supported by figures",
  agent: agent_5,
  context: [task_1, task_2],
  async: true
)

task_8 = RCrewAI::Task.new(
  name: "customer_behavior_analysis",
  description: "Analyze how customers behave, based on customers.csv and products.csv: segments, purchases, churn risk and growth. Recommend what customer success should do first. Write it to analysis/customer_behavior.md.",
  expected_output: "Customer segments with churn risks and a retention plan",
  agent: agent_5,
  context: [task_1, task_3],
  async: true
)

task_9 = RCrewAI::Task.new(
  name: "performance_metrics_analysis",
  description: "Measure the performance of the business, based on transactions.csv and products.csv: revenue, refunds, average order value, best and worst categories, each with its trend. Compare departments and recommend what to improve. Write it to analysis/performance_metrics.md.",
  expected_output: "Key figures with their trends and recommendations",
  agent: agent_5,
  context: [task_2, task_3],
  async: true
)

task_10 = RCrewAI::Task.new(
  name: "async_coordination_optimization",
  description: "Analyze the coordination of the data processing in this run: use performance_monitor and shared_resource_pool to see who waited for what. Report bottlenecks, unbalanced load and unused capacity, each with its measurement, and recommend improvements. Write the report to reports/coordination.md.",
  expected_output: "A report on coordination with measurements, bottlenecks and recommendations",
  agent: agent_2,
  context: [task_1, task_2, task_3] # results that it needs
)

task_11 = RCrewAI::Task.new(
  name: "concurrent_quality_validation",
  description: "Validate the results of all tasks: the customer figures against the records in customers.csv, the content for completeness, the analyses against each other. Make 15 checks; log each one as a milestone with data {\"passed\": true} or {\"passed\": false}. Write the findings to reports/quality.md.",
  expected_output: "A quality report: each check with its outcome, and the necessary corrections",
  agent: agent_6,
  context: [task_4, task_5, task_6, task_7, task_8, task_9] # results that it needs
)

task_12 = RCrewAI::Task.new(
  name: "performance_management_oversight",
  description: "Oversee the complete run: use performance_monitor for the measurements, ask a coworker about figures that need an explanation, and assess the use of agents, resources and dependencies. Recommend a strategy for the next runs. Write it to reports/performance_management.md.",
  expected_output: "A management report on the run, with improvements in order of their effect",
  agent: agent_1,
  context: [task_10, task_11] # results that it needs
)

everything = [
  task_1, task_2, task_3, task_4, task_5, task_6, task_7, task_8, task_9, task_10, task_11, task_12
]

everything.each { |task| team.add_task(task) }

puts "Starting #{everything.length} tasks"
outcome = team.execute

report = <<~TEXT
  # Report
  fake = RCrewAI::Task.new(name: "not_a_task")
  Rate: #{outcome[:success_rate]}%
TEXT
File.write("report.md", report)
